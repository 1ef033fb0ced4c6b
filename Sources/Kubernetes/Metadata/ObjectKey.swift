/// Names one object of the API.
package struct ObjectKey: Sendable, Hashable {
    package var resource: APIResource
    /// `nil` for cluster-scoped objects.
    package var namespace: String?
    package var name: String

    package init(_ resource: APIResource, namespace: String? = nil, name: String) {
        self.resource = resource
        self.namespace = namespace
        self.name = name
    }
}

extension ObjectKey: CustomStringConvertible {
    /// `networkpolicies.networking.k8s.io env-pr-42/envfactory-isolation`, as messages name it.
    package var description: String {
        "\(resource.qualifiedName) \(namespace.map { "\($0)/" } ?? "")\(name)"
    }
}
