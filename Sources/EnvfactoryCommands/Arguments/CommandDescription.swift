/// What a command is: the source of its parser and of its help.
package struct CommandDescription: Sendable {
    /// The words that call it, `class list`.
    package var words: [String]
    /// One line, for the list of all commands.
    package var summary: String
    /// Why one would use it, and what is not obvious about it.
    package var why: String
    package var positionals: [Positional]
    package var options: [any CommandOption]
    package var example: String
    /// Takes the options that say which cluster and namespace are meant.
    package var reachesCluster: Bool
    /// Takes `--output`.
    package var printsObjects: Bool
    /// Left out of the list of all commands.
    package var isHidden: Bool

    package init(
        _ words: String...,
        summary: String,
        why: String,
        positionals: [Positional] = [],
        options: [any CommandOption] = [],
        example: String,
        reachesCluster: Bool = true,
        printsObjects: Bool = false,
        isHidden: Bool = false
    ) {
        self.words = words
        self.summary = summary
        self.why = why
        self.positionals = positionals
        self.options = options
        self.example = example
        self.reachesCluster = reachesCluster
        self.printsObjects = printsObjects
        self.isHidden = isHidden
    }

    package var name: String { words.joined(separator: " ") }

    /// Its own options and those that it shares with others.
    var allOptions: [any CommandOption] { optionGroups.flatMap(\.options) }

    var optionGroups: [(title: String, options: [any CommandOption])] {
        [
            ("Options", options),
            ("Output", (printsObjects ? [SharedOptions.output] : []) + SharedOptions.everywhere),
            ("Cluster", reachesCluster ? SharedOptions.cluster : []),
        ]
    }
}
