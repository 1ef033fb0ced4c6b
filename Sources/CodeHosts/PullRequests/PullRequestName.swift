/// One pull request: of which repository, and its number there.
///
/// Both come from tenants. What is no repository's name never becomes part of a URL.
package struct PullRequestName: Sendable, Hashable, CustomStringConvertible {
    /// As it was written: `acme/payments`.
    package let repository: String
    package let number: Int64

    /// `nil` where the repository's name is none that the provider has.
    package init?(_ provider: CodeHost.Provider, repository: String, number: Int64) {
        let segments = repository.split(separator: "/", omittingEmptySubsequences: false)
        let count = provider == .gitLab ? 2...20 : 2...2
        guard number > 0, repository.utf8.count <= 255, count.contains(segments.count),
            segments.allSatisfy(Self.isSegment)
        else { return nil }
        self.repository = repository
        self.number = number
    }

    private static func isSegment(_ text: Substring) -> Bool {
        guard !text.isEmpty, text != ".", text != ".." else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
            default: false
            }
        }
    }

    package var description: String { "\(repository)#\(number)" }

    /// Whether a repository that the host names is the one that is meant.
    func isRepository(_ name: String?) -> Bool { name.map { $0.lowercased() == repository.lowercased() } ?? false }
}
