/// A value that is not what its schema says.
package struct SchemaProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// The keys and indices that lead to the value.
    package var path: [String]
    /// What is allowed there; never the value, which may be a secret.
    package var message: String

    package var description: String { "\(path.isEmpty ? "the values" : path.joined(separator: ".")): \(message)" }
}

/// Makes a test of texts out of a regular expression; throws where it is none.
package typealias PatternCompiler = @Sendable (_ pattern: String) throws -> @Sendable (_ text: String) -> Bool
