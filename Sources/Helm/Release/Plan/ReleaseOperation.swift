import Cryptography

/// One attempt to bring a release where it shall be: its name follows from what it does, for whom and at which revision.
///
/// So whoever comes after a crash knows its own operation again, without having remembered anything.
struct ReleaseOperation: Sendable, Hashable {
    enum Verb: Sendable, Hashable {
        case deploy(digest: String)
        case rollback(to: Int)
        case uninstall
    }

    let owner: String
    let verb: Verb

    /// The operation's name at a revision.
    func id(revision: Int) -> String {
        let parts: [String] = [owner, text, "\(revision)"]
        let text: String = parts.map { "\($0.utf8.count):\($0)" }.joined()
        return String(SHA256.digest(of: text).hex.prefix(32))
    }

    /// Whether a stored revision was written by this operation.
    func wrote(_ stored: StoredRelease) -> Bool { stored.operation == id(revision: stored.revision) }

    /// What a hook's object carries, which may be one of several events and operations.
    static func run(_ operation: String, _ event: Hook.Event) -> String { "\(operation).\(event.rawValue)" }

    private var text: String {
        switch verb {
        case .deploy(let digest): "deploy \(digest)"
        case .rollback(let revision): "rollback \(revision)"
        case .uninstall: "uninstall"
        }
    }
}
