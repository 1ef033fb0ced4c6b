/// What may stand at a place of a command line.
package enum CompletionSubject: Sendable, Hashable {
    /// What nobody can guess.
    case anything
    case files
    case words([CompletionWord])
    case environments
    case endpoints
    case classes
    case namespaces
}

/// A word that may stand there, and what it does.
package struct CompletionWord: Sendable, Hashable {
    var text: String
    var help: String

    init(_ text: String, _ help: String = "") { (self.text, self.help) = (text, help) }
}

extension CompletionSubject {
    /// What an option takes, told by the name and the placeholder that its help shows.
    init(of option: any CommandOption) {
        let placeholder = option.placeholder ?? "true|false"
        switch option.name {
        case "class", "fork-class": self = .classes
        case "namespace": self = .namespaces
        default:
            // Choices that are whole words: `ready|gone|condition=<type>` has one that is not.
            let choices = placeholder.split(separator: "|").filter { !$0.contains("<") }
            if placeholder.contains("|") {
                self = .words(choices.map { CompletionWord(String($0)) })
            } else {
                self = ["file", "directory", "folder"].contains(placeholder) ? .files : .anything
            }
        }
    }
}
