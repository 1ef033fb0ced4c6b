/// What the user wrote, every value read.
package struct ParsedArguments: Sendable {
    /// By the option's name; looked up, never iterated.
    private var values: [String: [any Sendable]] = [:]
    private var positionals: [(place: Positional, text: String)] = []

    init() {}

    package subscript(flag: Flag) -> Bool { values[flag.name]?.last as? Bool ?? false }

    package subscript<Value>(option: Valued<Value>) -> Value? { values[option.name]?.last as? Value }

    /// All values of an option that may be repeated, in their order.
    package func all<Value>(_ option: Valued<Value>) -> [Value] {
        values[option.name]?.compactMap { $0 as? Value } ?? []
    }

    package subscript(positional: Positional) -> String? {
        positionals.first { $0.place == positional }?.text
    }

    /// All arguments at a place that may be repeated, in their order.
    package func all(_ positional: Positional) -> [String] {
        positionals.filter { $0.place == positional }.map(\.text)
    }

    /// An argument that the parser has already insisted on.
    package func required(_ positional: Positional) throws(UsageError) -> String {
        guard let text = self[positional] else { throw UsageError(.missing(positional)) }
        return text
    }

    /// The values of these options among words of which nothing else is known; the parser's questions come later.
    init(reading words: [String], _ options: [any CommandOption]) {
        for (index, word) in words.enumerated() {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let name = parts.first ?? ""
            let option = options.first { "--\($0.name)" == name || $0.short.map { "-\($0)" } == name }
            let text = parts.count > 1 ? parts[1] : words.dropFirst(index + 1).first
            guard let option, let text else { continue }
            // A value that is wrong is told once the line is run.
            do { add(try option.read(text), to: option) } catch { continue }
        }
    }

    mutating func add(_ value: any Sendable, to option: any CommandOption) {
        values[option.name, default: []].append(value)
    }

    func has(_ option: any CommandOption) -> Bool { values[option.name] != nil }

    mutating func add(_ text: String, at place: Positional) { positionals.append((place, text)) }

    var positionalCount: Int { positionals.count }
}
