/// Why a command did not do what it was asked, and what to do about it.
package struct CommandFailure: Error, Sendable, Hashable {
    package var code: ExitCode
    package var message: String
    /// Each a thing that is wrong.
    package var details: [String]
    /// Each a thing to do.
    package var hints: [String]

    package init(_ code: ExitCode, _ message: String, details: [String] = [], hints: [String] = []) {
        self.code = code
        self.message = message
        self.details = details
        self.hints = hints
    }
}
