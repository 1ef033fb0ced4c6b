/// `--wait` and how long.
struct WaitOptions: Sendable {
    static let timeout = Valued<Duration>("timeout", "duration", "How long to wait; 10m unless given.")
    static let defaultTimeout: Duration = .seconds(600)
    private static let name = "wait"

    static func options(_ what: String) -> [any CommandOption] { [Flag(name, "Wait \(what)."), timeout] }

    var isOn: Bool
    var timeout: Duration

    init(_ arguments: ParsedArguments) {
        isOn = arguments[Flag(Self.name, "")]
        timeout = arguments[Self.timeout] ?? Self.defaultTimeout
    }
}
