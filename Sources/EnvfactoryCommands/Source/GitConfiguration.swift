/// The remotes of a git configuration file.
struct GitConfiguration {
    private var urls: [(remote: String, url: String)] = []

    init(_ text: String) {
        var remote: String?
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.drop { $0.isWhitespace }
            if line.hasPrefix("[") {
                remote = Self.remote(in: line)
            } else if let remote, let url = Self.url(in: line) {
                urls.append((remote, url))
            }
        }
    }

    /// Of `origin`, else of whichever comes first.
    var remoteURL: String? { (urls.first { $0.remote == "origin" } ?? urls.first)?.url }

    /// The name in `[remote "origin"]`; `nil` for every other section.
    private static func remote(in line: Substring) -> String? {
        let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].lowercased().filter({ !$0.isWhitespace }) == "[remote" else { return nil }
        return String(parts[1])
    }

    /// The value of `url = …`.
    private static func url(in line: Substring) -> String? {
        let parts = line.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased().filter({ !$0.isWhitespace }) == "url" else { return nil }
        return String(parts[1].filter { !$0.isWhitespace && $0 != "\"" })
    }
}
