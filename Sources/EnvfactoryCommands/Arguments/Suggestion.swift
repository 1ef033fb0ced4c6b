/// Finds what was probably meant.
enum Suggestion {
    /// The nearest of the known words, where one is near enough to be a slip of the fingers.
    static func nearest(to word: String, among known: [String]) -> String? {
        // A word that is no slip but a wall of text is not worth the comparison.
        guard word.utf8.count <= 64 else { return nil }
        let limit = max(1, word.count / 3)
        let ranked = known.map { (word: $0, distance: distance(word, $0)) }
        return ranked.filter { $0.distance <= limit }.min { $0.distance < $1.distance }?.word
    }

    /// Insertions, deletions, replacements and swaps of neighbours between two words.
    static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left), Array(right))
        var before: [Int] = []
        var previous = Array(0...right.count)
        for (row, character) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var best = min(previous[column + 1], current[column]) + 1
                best = min(best, previous[column] + (character == other ? 0 : 1))
                let isSwap = row > 0 && column > 0 && character == right[column - 1] && left[row - 1] == other
                if isSwap { best = min(best, before[column - 1] + 1) }
                current.append(best)
            }
            (before, previous) = (previous, current)
        }
        return previous[right.count]
    }

    /// Words that other programs use for what is called otherwise here.
    static func command(meantBy word: String) -> String? {
        switch word {
        case "ls", "ps": "list"
        case "rm", "remove", "destroy": "delete"
        case "new", "add", "apply": "create"
        case "show", "inspect", "status": "describe"
        case "renew", "prolong", "ttl": "extend"
        case "connect", "config", "credentials": "kubeconfig"
        case "resume", "continue": "unpause"
        case "stop", "halt", "freeze": "pause"
        case "classes": "class list"
        case "releases", "helm": "release list"
        case "endpoints", "models", "llm": "inference list"
        default: nil
        }
    }
}
