import EnvironmentAPI

/// What a command line calls: a command with its arguments, or a text to show.
enum Invocation {
    case command(any Command.Type, arguments: [String])
    case help(String)

    /// Finds the command; the options that all commands share may stand before it as well.
    init(_ arguments: [String]) throws(UsageError) {
        var words: [String] = []
        var others: [String] = []
        var rest = arguments[...]
        while let token = rest.popFirst() {
            if token.hasPrefix("-"), token != "-" {
                guard words.isEmpty else { rest = [token] + rest; break }
                others.append(token)
                if Self.takesNext(token), let value = rest.popFirst() { others.append(value) }
            } else {
                words.append(token)
                if CommandList.find(words) != nil || CommandList.group(words[0]).isEmpty || words.count == 2 { break }
            }
        }
        // Most programs have it, and it is what is typed first.
        guard !words.isEmpty || others != ["--version"] else {
            self = .command(VersionShow.self, arguments: ["--client"])
            return
        }
        guard let found = CommandList.find(words) else {
            self = .help(try Self.help(words, others))
            return
        }
        self = .command(found.command, arguments: others + rest)
    }

    /// Whether an option before the command has its value in the next argument.
    private static func takesNext(_ token: String) -> Bool {
        SharedOptions.all.contains { option in
            guard option.placeholder != nil else { return false }
            return token == "--\(option.name)" || option.short.map { token == "-\($0)" } ?? false
        }
    }

    /// Without a command there is only help to show, and only who asked for it gets it as an answer.
    private static func help(_ words: [String], _ others: [String]) throws(UsageError) -> String {
        let isHelp = others.contains("--help") || others.contains("-h")
        guard let word = words.first else {
            if isHelp { return HelpText.program }
            throw UsageError("no command is given: 'envfactory help' lists them")
        }
        let group = CommandList.group(word)
        if isHelp, !group.isEmpty { return HelpText.text(of: group) }
        throw unknown(words, group)
    }

    static func unknown(_ words: [String], _ group: [any Command.Type]) -> UsageError {
        let spelled = words.joined(separator: " ")
        if words.count == 1, !group.isEmpty {
            let names = group.map { "'envfactory \($0.description.name)'" }
            return UsageError("\(spelled) needs a second word: use \(names.joined(separator: " or "))")
        }
        let near = meant(words, group) ?? Suggestion.nearest(to: spelled, among: CommandList.names)
        let advice = near.map { "did you mean '\($0)'?" } ?? "'envfactory help' lists them"
        return UsageError("there is no command \(spelled.shown): \(advice)")
    }

    /// The command that has another name here: of a group by the second word, and only where the group has it.
    private static func meant(_ words: [String], _ group: [any Command.Type]) -> String? {
        guard words.count > 1, !group.isEmpty else { return Suggestion.command(meantBy: words.first ?? "") }
        let name = Suggestion.command(meantBy: words[1]).map { "\(words[0]) \($0)" }
        return group.contains { $0.description.name == name } ? name : nil
    }
}
