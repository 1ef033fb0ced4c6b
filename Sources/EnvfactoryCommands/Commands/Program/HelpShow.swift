/// `envfactory help`.
struct HelpShow: Command {
    private static let word = Positional(
        "command", isRequired: false, "The command to explain; all are listed without.")
    private static let second = Positional("verb", isRequired: false, "Its second word, as in 'class list'.")

    static let description = CommandDescription(
        "help",
        summary: "Explain a command, or list all of them",
        why: "Every command says here why one would use it, what its options do, and shows an example.",
        positionals: [word, second],
        example: "envfactory help create",
        reachesCluster: false
    )

    private let words: [String]

    init(_ arguments: ParsedArguments) throws(UsageError) {
        words = [arguments[Self.word], arguments[Self.second]].compactMap(\.self)
    }

    func run(_ context: CommandContext) async throws {
        guard let word = words.first else { return try context.console.print(HelpText.program) }
        if let found = CommandList.find(words), found.count == words.count {
            return try context.console.print(HelpText.text(of: found.command.description))
        }
        let group = CommandList.group(word)
        guard words.count == 1, !group.isEmpty else { throw Invocation.unknown(words, group) }
        try context.console.print(HelpText.text(of: group))
    }
}
