package import Kubernetes

/// Which release it is, whose, and what it may be made of.
package struct ReleaseScope: Sendable, Hashable {
    package var name: String
    package var namespace: String
    /// The owner's uid, by which the operations of one owner are told from another's.
    package var owner: String
    /// Labels that every object gets, such as the owner's.
    ///
    /// Helm's own `app.kubernetes.io/managed-by` goes over them.
    package var objectLabels: [String: String] = [:]
    /// Custom labels of the release's Secrets, as `helm install --labels` sets them.
    ///
    /// A person's later `helm upgrade` hands them on to its own revision: they prove nothing.
    package var recordLabels: [String: String] = [:]
    /// What the operator may write.
    package var kinds: ReleaseKinds
    /// Names that no object of a chart may have, nor any name that begins with one of them and a dash.
    package var reservedNames: [String] = ["envfactory"]

    package init(name: String, namespace: String, owner: String, kinds: ReleaseKinds) {
        (self.name, self.namespace, self.owner, self.kinds) = (name, namespace, owner, kinds)
    }
}

/// The kinds that a release may hold, by group and kind.
package struct ReleaseKinds: Sendable, Hashable {
    private let resources: [String: APIResource]

    package init(_ resources: [APIResource]) {
        self.resources = Dictionary(resources.map { (Self.key($0.group, $0.kind), $0) }) { first, _ in first }
    }

    /// The resource of an object's kind, in the version that it was given in here: the identity of an object does not
    /// change with the version in which a chart writes it.
    package func resource(group: String, kind: String) -> APIResource? { resources[Self.key(group, kind)] }

    private static func key(_ group: String, _ kind: String) -> String { "\(group)/\(kind)" }
}
