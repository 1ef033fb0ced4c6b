import Formats

/// Which names are meant: a list of globs, in which one that begins with `!` excludes.
///
/// A name is meant where some glob includes it, or none includes anything, and none excludes it: exclusion wins,
/// wherever it stands. Upper and lower case are one, as they are to code hosts.
package struct NameFilter: Sendable, Hashable {
    private var included: [GlobPattern] = []
    private var excluded: [GlobPattern] = []

    /// More than anybody writes.
    static let limit = 100

    /// Everything.
    package init() {}

    /// Reads globs, separated by spaces or line ends.
    ///
    /// - Throws: ``CodeHostError`` that says which of them is none.
    package init(_ text: String) throws(CodeHostError) {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count <= Self.limit else {
            throw CodeHostError("has \(words.count) patterns: write \(Self.limit) at most")
        }
        for word in words {
            let isExclusion = word.first == "!"
            let text = isExclusion ? word.dropFirst() : word
            guard text.utf8.count <= 255, !text.isEmpty, let pattern = GlobPattern(text.lowercased()) else {
                throw CodeHostError(
                    "holds a pattern that is none: use *, ** and ? as in release/*, and ! before what is excluded")
            }
            if isExclusion { excluded.append(pattern) } else { included.append(pattern) }
        }
    }

    package func admits(_ name: String) -> Bool {
        let name = name.lowercased()
        guard !excluded.contains(where: { $0.matches(name) }) else { return false }
        return included.isEmpty || included.contains { $0.matches(name) }
    }
}
