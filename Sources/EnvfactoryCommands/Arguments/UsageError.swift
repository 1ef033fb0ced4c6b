import EnvironmentAPI

/// Arguments that make no command: everything that is wrong with them.
package struct UsageError: Error, Sendable, Hashable {
    package var problems: [String]
    /// The command whose help says more; `nil` for the program's.
    package var command: String?

    package init(_ problems: [String], command: String? = nil) {
        self.problems = problems
        self.command = command
    }

    package init(_ problem: String) { self.init([problem]) }
}

extension String {
    static func missing(_ positional: Positional) -> String {
        "<\(positional.name)> is missing: \(positional.help.lowercasedFirst)"
    }

    private var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
