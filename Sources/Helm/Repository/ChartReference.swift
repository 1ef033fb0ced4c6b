/// A chart of a repository: which one, which version, and what digest its archive must have.
package struct ChartReference: Sendable, Hashable {
    /// The address below which `index.yaml` lists the charts, such as `https://charts.example.org`.
    package var repository: String
    package var name: String
    /// A version, or a range of which the newest is meant; the newest release where it is empty.
    package var version: String
    /// `sha256:…` of the archive; where there is none, the digest of the index is the one that counts.
    package var digest: String?

    package init(repository: String, name: String, version: String = "", digest: String? = nil) {
        self.repository = repository
        self.name = name
        self.version = version
        self.digest = digest
    }
}
