/// A text that is not what it should be, with the place and what to do about it.
package struct FormatError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Lines and columns count from 1; columns count characters as an editor shows them.
    package struct Position: Sendable, Hashable {
        package var line: Int
        package var column: Int

        package init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }
    }

    package var message: String
    package var position: Position?

    package init(_ message: String, at position: Position? = nil) {
        self.message = message
        self.position = position
    }

    package var description: String {
        guard let position else { return message }
        return "line \(position.line), column \(position.column): \(message)"
    }
}

/// What a reader accepts before it refuses; a limit reached is an error that names the limit.
package struct FormatLimits: Sendable, Hashable {
    package var depth = 512
    package var bytes = 64 << 20
    /// Digits of one number.
    package var numberLength = 400
    /// Values that the anchors of a YAML text may expand to.
    package var values = 2_000_000

    package init() {}
}
