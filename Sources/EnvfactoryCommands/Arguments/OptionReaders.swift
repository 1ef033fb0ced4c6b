import EnvironmentAPI
import Formats
import Kubernetes

/// A pair, as `--param` and `--quota` take it.
struct KeyAndValue: Sendable, Hashable {
    var key: String
    var value: String
}

extension Valued where Value == String {
    /// Any text but an empty one, which is mostly a variable that was not set.
    init(
        _ name: String,
        short: Character? = nil,
        _ placeholder: String,
        isRepeated: Bool = false,
        _ help: String
    ) {
        self.init(name, short: short, placeholder, isRepeated: isRepeated, help) { text throws(InvalidValue) in
            guard !text.isEmpty else { throw InvalidValue("write a value, or leave the option out") }
            return text
        }
    }
}

extension Valued where Value == Duration {
    /// A duration above zero.
    init(_ name: String, _ placeholder: String = "duration", _ help: String) {
        self.init(name, placeholder, help) { text throws(InvalidValue) in
            let duration: Duration
            do throws(FormatError) {
                duration = try Duration(go: text)
            } catch {
                throw InvalidValue(error.message)
            }
            guard duration > .zero else { throw InvalidValue("write a duration above zero, such as 90m or 24h") }
            return duration
        }
    }
}

extension Valued where Value == KeyAndValue {
    init(pairs name: String, _ placeholder: String, _ help: String) {
        self.init(name, placeholder, isRepeated: true, help) { text throws(InvalidValue) in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else { throw InvalidValue("write it as \(placeholder)") }
            return KeyAndValue(key: String(parts[0]), value: String(parts[1]))
        }
    }
}

extension Valued where Value == Subject {
    /// `ServiceAccount:ci@team-payments`, `User:jane`, `Group:oncall`.
    init(subjects name: String, _ help: String) {
        self.init(name, "kind:name[@namespace]", isRepeated: true, help) { text throws(InvalidValue) in
            try Subject(argument: text)
        }
    }
}

extension Subject {
    fileprivate init(argument text: String) throws(InvalidValue) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = Kind.allCases.first(where: { $0.rawValue == parts[0] }) else {
            throw InvalidValue("write User:name, Group:name or ServiceAccount:name@namespace")
        }
        // A user's name may be an address with an @ of its own.
        guard kind == .serviceAccount else {
            guard !parts[1].isEmpty else { throw InvalidValue("write a name after \(kind.rawValue):") }
            self.init(kind: kind, name: String(parts[1]))
            return
        }
        let place = parts[1].split(separator: "@", omittingEmptySubsequences: false)
        guard place.count == 2, !place[0].isEmpty, !place[1].isEmpty else {
            throw InvalidValue("a service account has a namespace: write ServiceAccount:name@namespace")
        }
        self.init(kind: kind, name: String(place[0]), namespace: String(place[1]))
    }
}

extension Valued where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    /// One word of a closed set.
    init(choice name: String, short: Character? = nil, _ help: String) {
        let words = Value.allCases.map(\.rawValue)
        self.init(name, short: short, words.joined(separator: "|"), help) { text throws(InvalidValue) in
            guard let value = Value(rawValue: text) else {
                throw InvalidValue("write one of \(words.joined(separator: ", "))")
            }
            return value
        }
    }
}

extension Valued where Value == Int {
    init(_ name: String, _ placeholder: String, in range: ClosedRange<Int>, _ help: String) {
        self.init(name, placeholder, help) { text throws(InvalidValue) in
            guard let number = Int(text), range.contains(number) else {
                throw InvalidValue("write a number from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
    }
}
