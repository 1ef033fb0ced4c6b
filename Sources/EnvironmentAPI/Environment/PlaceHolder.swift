package import Formats

/// An environment that has a place which another waits for.
package struct PlaceHolder: Sendable, Hashable {
    package var namespace: String
    package var name: String
    package var expiresAt: Timestamp

    package init(namespace: String, name: String, expiresAt: Timestamp) {
        self.namespace = namespace
        self.name = name
        self.expiresAt = expiresAt
    }

    /// What those in a namespace may know of it: another team's names are nobody's business.
    func shown(to namespace: String) -> String {
        let holder = namespace == self.namespace ? name.shown : "one of another namespace"
        return "\(holder) ends first, at \(expiresAt)"
    }
}

extension PlaceHolder: Comparable {
    package static func < (first: PlaceHolder, second: PlaceHolder) -> Bool {
        (first.expiresAt, first.namespace, first.name) < (second.expiresAt, second.namespace, second.name)
    }
}
