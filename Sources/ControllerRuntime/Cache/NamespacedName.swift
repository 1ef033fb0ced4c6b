/// Names an object of a resource that is known from elsewhere; the key of caches and queues.
package struct NamespacedName: Sendable, Hashable, Comparable {
    /// Empty for cluster-scoped objects.
    package var namespace: String
    package var name: String

    package init(namespace: String? = nil, name: String) {
        self.namespace = namespace ?? ""
        self.name = name
    }

    package static func < (left: NamespacedName, right: NamespacedName) -> Bool {
        (left.namespace, left.name) < (right.namespace, right.name)
    }
}

extension NamespacedName: CustomStringConvertible {
    /// `team-payments/pr-42`.
    package var description: String { namespace.isEmpty ? name : "\(namespace)/\(name)" }
}
