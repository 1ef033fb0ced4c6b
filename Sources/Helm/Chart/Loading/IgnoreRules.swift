/// Which files of a folder are no part of the chart: `.helmignore`.
struct IgnoreRules {
    private struct Rule {
        var pattern: FilePattern
        var isNegated: Bool
        var isForFolders: Bool
        /// Compared with the whole path, not with the name alone.
        var isPath: Bool
    }

    private var rules: [Rule] = []

    init(_ text: [UInt8] = []) throws(HelmError) {
        let text: String = String(decoding: text.withoutByteOrderMark, as: UTF8.self)
        for (index, line) in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            try add(String(line).trimmed, line: index + 1)
        }
        // Helm's own rule: no hidden files among the templates.
        rules.append(
            Rule(pattern: try FilePattern("templates/.?*"), isNegated: false, isForFolders: false, isPath: true))
    }

    private mutating func add(_ line: String, line number: Int) throws(HelmError) {
        guard !line.isEmpty, !line.hasPrefix("#") else { return }
        guard !line.contains("**") else {
            throw HelmError(".helmignore, line \(number): ** is not supported: write one rule for each level")
        }
        var text: Substring = Substring(line)
        let isNegated: Bool = text.hasPrefix("!")
        if isNegated { text = text.dropFirst() }
        let isForFolders: Bool = text.hasSuffix("/")
        if isForFolders { text = text.dropLast() }
        let isPath: Bool = text.contains("/")
        if text.hasPrefix("/") { text = text.dropFirst() }
        do throws(HelmError) {
            let pattern: FilePattern = try FilePattern(String(text))
            rules.append(Rule(pattern: pattern, isNegated: isNegated, isForFolders: isForFolders, isPath: isPath))
        } catch {
            throw HelmError(".helmignore, line \(number): \(error)")
        }
    }

    /// Whether a path is left out.
    ///
    /// The first rule that says so decides; a negated one leaves out all that it does not match.
    func leavesOut(_ path: String, isFolder: Bool) -> Bool {
        let name: String = path.pathParts.last ?? path
        for rule in rules {
            let matches: Bool = (isFolder || !rule.isForFolders) && rule.pattern.matches(rule.isPath ? path : name)
            if matches != rule.isNegated { return true }
        }
        return false
    }
}

/// A pattern of a shell: `*`, `?`, `[a-z]`, `[^x]` and `\`, none of which matches a `/`.
struct FilePattern: Sendable {
    private enum Part {
        case any
        case one
        case scalar(Unicode.Scalar)
        case set([ClosedRange<UInt32>], isNegated: Bool)
    }

    private let parts: [Part]

    init(_ text: String) throws(HelmError) {
        var rest: Substring.UnicodeScalarView = Substring(text).unicodeScalars
        var parts: [Part] = []
        while let scalar = rest.popFirst() {
            switch scalar {
            case "*": parts.append(.any)
            case "?": parts.append(.one)
            case "[": parts.append(try Self.set(&rest, text))
            case "\\":
                guard let escaped = rest.popFirst() else { throw Self.improper(text) }
                parts.append(.scalar(escaped))
            default: parts.append(.scalar(scalar))
            }
        }
        self.parts = parts
    }

    private static func improper(_ text: String) -> HelmError {
        HelmError("\"\(text)\" is no pattern: close its brackets, and write \\\\ for a backslash")
    }

    private static func set(_ rest: inout Substring.UnicodeScalarView, _ text: String) throws(HelmError) -> Part {
        let isNegated: Bool = rest.first == "^"
        if isNegated { rest.removeFirst() }
        var ranges: [ClosedRange<UInt32>] = []
        while rest.first != "]" || ranges.isEmpty {
            let low: UInt32 = try member(&rest, text)
            guard rest.first == "-" else {
                ranges.append(low...low)
                continue
            }
            rest.removeFirst()
            let high: UInt32 = try member(&rest, text)
            ranges.append(low <= high ? low...high : UInt32.max...UInt32.max)  // Matches nothing, as in Go.
        }
        rest.removeFirst()
        return .set(ranges, isNegated: isNegated)
    }

    private static func member(_ rest: inout Substring.UnicodeScalarView, _ text: String) throws(HelmError) -> UInt32 {
        guard let first = rest.popFirst(), first != "-", first != "]" else { throw improper(text) }
        guard first == "\\" else { return first.value }
        guard let escaped = rest.popFirst() else { throw improper(text) }
        return escaped.value
    }

    func matches(_ text: String) -> Bool {
        let text: [Unicode.Scalar] = Array(text.unicodeScalars)
        var part: Int = 0
        var place: Int = 0
        // Where to go on from when what follows the last star does not fit.
        var retry: (part: Int, place: Int)?
        while place < text.count || part < parts.count {
            if part < parts.count, case .any = parts[part] {
                part += 1
                retry = (part, place)
            } else if part < parts.count, place < text.count, Self.matches(parts[part], text[place]) {
                (part, place) = (part + 1, place + 1)
            } else if let last = retry, last.place < text.count, text[last.place] != "/" {
                retry = (last.part, last.place + 1)
                (part, place) = (last.part, last.place + 1)
            } else {
                return false
            }
        }
        return true
    }

    private static func matches(_ part: Part, _ scalar: Unicode.Scalar) -> Bool {
        switch part {
        case .any: false
        case .one: scalar != "/"
        case .scalar(let other): scalar == other
        case .set(let ranges, let isNegated):
            ranges.contains { $0.contains(scalar.value) } != isNegated && scalar != "/"
        }
    }
}
