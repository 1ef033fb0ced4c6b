/// What an option says of itself whatever the type of its value: for the parser and for the help.
package protocol CommandOption: Sendable {
    /// Without the dashes.
    var name: String { get }
    var short: Character? { get }
    /// What the help calls the value; `nil` for a flag, which has none.
    var placeholder: String? { get }
    var isRepeated: Bool { get }
    var help: String { get }

    /// Reads a value as the user wrote it.
    func read(_ text: String) throws(InvalidValue) -> any Sendable
}

/// A value that an option does not take, with what to write instead.
package struct InvalidValue: Error, Sendable, Hashable {
    package var instruction: String

    package init(_ instruction: String) { self.instruction = instruction }
}

/// An option that is given or not; also `--name=true` and `--name=false`.
package struct Flag: CommandOption {
    package let name: String
    package let short: Character?
    package let help: String

    package init(_ name: String, short: Character? = nil, _ help: String) {
        self.name = name
        self.short = short
        self.help = help
    }

    package var placeholder: String? { nil }
    package var isRepeated: Bool { false }

    package func read(_ text: String) throws(InvalidValue) -> any Sendable {
        switch text {
        case "true": true
        case "false": false
        default: throw InvalidValue("write true or false, or leave the value out")
        }
    }
}

/// An option with a value.
package struct Valued<Value: Sendable>: CommandOption {
    package let name: String
    package let short: Character?
    package let placeholder: String?
    package let isRepeated: Bool
    package let help: String
    private let reader: @Sendable (String) throws(InvalidValue) -> Value

    package init(
        _ name: String,
        short: Character? = nil,
        _ placeholder: String,
        isRepeated: Bool = false,
        _ help: String,
        reader: @escaping @Sendable (String) throws(InvalidValue) -> Value
    ) {
        self.name = name
        self.short = short
        self.placeholder = placeholder
        self.isRepeated = isRepeated
        self.help = help
        self.reader = reader
    }

    package func read(_ text: String) throws(InvalidValue) -> any Sendable { try reader(text) }
}

/// An argument that is told by its place.
package struct Positional: Sendable, Hashable {
    package let name: String
    package let isRequired: Bool
    /// Takes all arguments that follow as well; only the last one may.
    package let isRepeated: Bool
    /// Takes an empty argument as well, which elsewhere is a variable that was not set.
    package let isFree: Bool
    /// What a shell may propose there.
    package let subject: CompletionSubject
    package let help: String

    package init(
        _ name: String,
        isRequired: Bool = true,
        isRepeated: Bool = false,
        isFree: Bool = false,
        completes subject: CompletionSubject = .anything,
        _ help: String
    ) {
        self.name = name
        self.isRequired = isRequired
        self.isRepeated = isRepeated
        self.isFree = isFree
        self.subject = subject
        self.help = help
    }

    /// As the usage writes it.
    var usage: String {
        let place = "<\(name)>" + (isRepeated ? "..." : "")
        return isRequired ? place : "[\(place)]"
    }
}
