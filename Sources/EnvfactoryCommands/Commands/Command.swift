/// One command of the program: what it is, what it was asked, and doing it.
package protocol Command: Sendable {
    static var description: CommandDescription { get }

    init(_ arguments: ParsedArguments) throws(UsageError)

    /// Does it; what is thrown becomes the exit code and the message in one place, ``CommandFailure``.
    func run(_ context: CommandContext) async throws
}
