/// What is wrong with the configuration of a code host, as an instruction that holds no secret.
package struct CodeHostError: Error, Sendable, Hashable, CustomStringConvertible {
    package var message: String

    package init(_ message: String) { self.message = message }

    package var description: String { message }
}
