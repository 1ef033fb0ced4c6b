/// A command line that is being written, and what may come next.
struct CompletionRequest: Sendable, Hashable {
    /// What the words before the last say; the cluster that they mean is asked.
    var before: [String]
    /// What the candidates begin with.
    var partial: String
    /// What of the last word stays as it is: `--class=`.
    var prefix = ""
    var subject: CompletionSubject

    /// Reads the words after the program's name; the last one is being written, and may be empty.
    init(_ words: [String]) {
        partial = words.last ?? ""
        before = Array(words.dropLast())
        subject = .anything
        subject = find()
    }

    private mutating func find() -> CompletionSubject {
        let line = Line(before)
        if let option = line.awaitsValue { return CompletionSubject(of: option) }
        if partial.hasPrefix("-"), !line.areOptionsOver { return option(line) }
        guard let command = line.command else { return .words(Self.commands(after: line.words)) }
        let places = command.positionals
        guard let place = line.positionals < places.count ? places[line.positionals] : places.last?.ifRepeated
        else { return .anything }
        return command.words == ["help"] ? .words(Self.commands(after: line.rest)) : place.subject
    }

    private mutating func option(_ line: Line) -> CompletionSubject {
        if partial.hasPrefix("--"), let sign = partial.firstIndex(of: "=") {
            let name = partial[..<sign].dropFirst(2)
            guard let option = line.options.first(where: { $0.name == name }) else { return .anything }
            prefix = String(partial[...sign])
            partial = String(partial[partial.index(after: sign)...])
            return CompletionSubject(of: option)
        }
        return .words(line.options.map { CompletionWord("--\($0.name)", $0.help) })
    }

    /// The next words that lead to a command.
    private static func commands(after words: [String]) -> [CompletionWord] {
        let known = CommandList.all.map { $0.description }.filter { !$0.isHidden }
        guard let first = words.first else {
            var found: [CompletionWord] = []
            for command in known where !found.contains(where: { $0.text == command.words.first }) {
                let isGroup = command.words.count > 1
                let help =
                    isGroup
                    ? known.filter { $0.words.first == command.words.first }.map { $0.words.last ?? "" }
                        .joined(separator: ", ") : command.summary
                found.append(CompletionWord(command.words.first ?? "", help))
            }
            return found
        }
        return known.filter { $0.words.count == 2 && $0.words.first == first }
            .map { CompletionWord($0.words[1], $0.summary) }
    }
}

extension Positional {
    fileprivate var ifRepeated: Positional? { isRepeated ? self : nil }
}

/// The words before the one that is written, as the parser will read them.
private struct Line {
    private(set) var words: [String] = []
    private(set) var command: CommandDescription?
    private(set) var positionals = 0
    private(set) var rest: [String] = []
    private(set) var areOptionsOver = false
    private(set) var awaitsValue: (any CommandOption)?

    init(_ tokens: [String]) { for token in tokens { take(token) } }

    var options: [any CommandOption] { command?.allOptions ?? SharedOptions.all }

    private mutating func take(_ token: String) {
        if awaitsValue != nil {
            awaitsValue = nil
        } else if areOptionsOver || token == "-" || !token.hasPrefix("-") {
            takeWord(token)
        } else if token == "--" {
            areOptionsOver = true
        } else if !token.contains("=") {
            awaitsValue = options.first { option in
                option.placeholder != nil && (token == "--\(option.name)" || token == option.short.map { "-\($0)" })
            }
        }
    }

    private mutating func takeWord(_ token: String) {
        guard command == nil else {
            positionals += 1
            rest.append(token)
            return
        }
        words.append(token)
        command = CommandList.find(words).flatMap { $0.count == words.count ? $0.command.description : nil }
    }
}
