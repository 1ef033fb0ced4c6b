import EnvironmentAPI

/// Reads the arguments of one command; collects everything that is wrong instead of stopping at the first.
struct ArgumentParser {
    private let description: CommandDescription
    private let options: [any CommandOption]
    private var tokens: ArraySlice<String>
    private var result = ParsedArguments()
    private var problems: [String] = []

    private init(_ tokens: [String], _ description: CommandDescription) {
        self.description = description
        self.tokens = tokens[...]
        options = description.allOptions
    }

    static func parse(_ tokens: [String], _ description: CommandDescription) throws(UsageError) -> ParsedArguments {
        var parser = ArgumentParser(tokens, description)
        return try parser.parse()
    }

    private mutating func parse() throws(UsageError) -> ParsedArguments {
        var areOptionsOver = false
        while let token = tokens.popFirst() {
            if areOptionsOver || token == "-" || !token.hasPrefix("-") {
                takePositional(token)
            } else if token == "--" {
                areOptionsOver = true
            } else if token.hasPrefix("--") {
                takeLong(token.dropFirst(2))
            } else {
                takeShort(token.dropFirst())
            }
        }
        // Who asks for help need not have got anything else right.
        if result[SharedOptions.help] { return result }
        for place in description.positionals.dropFirst(result.positionalCount) where place.isRequired {
            problems.append(.missing(place))
        }
        guard problems.isEmpty else { throw UsageError(problems, command: description.name) }
        return result
    }

    private mutating func takePositional(_ text: String) {
        let places = description.positionals
        let last = places.last.flatMap { $0.isRepeated ? $0 : nil }
        guard let place = result.positionalCount < places.count ? places[result.positionalCount] : last else {
            problems.append("unexpected argument \(text.shown): remove it, or put it behind the option it belongs to")
            return
        }
        if text.isEmpty, !place.isFree { problems.append("<\(place.name)> is empty: write a value") }
        result.add(text, at: place)
    }

    private mutating func takeLong(_ text: Substring) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts.first ?? "")
        guard let option = options.first(where: { $0.name == name }) else {
            problems.append(unknown("--\(name)", nearest: name))
            return
        }
        take(option, spelled: "--\(name)", attached: parts.count > 1 ? String(parts[1]) : nil)
    }

    /// `-n team`, `-nteam`, `-n=team`, and flags together, `-qv`.
    private mutating func takeShort(_ text: Substring) {
        var rest = text
        while let letter = rest.popFirst() {
            guard let option = options.first(where: { $0.short == letter }) else {
                problems.append(unknown("-\(letter)", nearest: String(text)))
                return
            }
            guard option.placeholder != nil || rest.first == "=" else {
                take(option, spelled: "-\(letter)", attached: nil)
                continue
            }
            let attached = rest.first == "=" ? rest.dropFirst() : rest
            take(option, spelled: "-\(letter)", attached: rest.isEmpty ? nil : String(attached))
            return
        }
    }

    private mutating func take(_ option: any CommandOption, spelled: String, attached: String?) {
        if result.has(option), !option.isRepeated {
            problems.append("\(spelled) is given twice: give it once")
        }
        guard option.placeholder != nil || attached != nil else { return result.add(true, to: option) }
        guard let text = attached ?? nextValue() else {
            problems.append("\(spelled) needs a value: write \(spelled) <\(option.placeholder ?? "value")>")
            return
        }
        do {
            result.add(try option.read(text), to: option)
        } catch {
            problems.append("\(spelled) does not take \(text.shown): \(error.instruction)")
        }
    }

    /// A value that looks like an option is one that was forgotten; such values can be attached with `=`.
    private mutating func nextValue() -> String? {
        guard let next = tokens.first, next == "-" || !next.hasPrefix("-") else { return nil }
        return tokens.popFirst()
    }

    private func unknown(_ spelled: String, nearest name: String) -> String {
        let known = options.map(\.name)
        guard let near = Suggestion.nearest(to: name, among: known) else {
            return "there is no option \(spelled.shown) here: remove it"
        }
        return "there is no option \(spelled.shown): did you mean --\(near)?"
    }
}
