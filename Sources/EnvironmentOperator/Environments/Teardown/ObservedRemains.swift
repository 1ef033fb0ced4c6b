package import EnvironmentAPI
package import Formats
package import Kubernetes

/// What is still there of an environment that ends, read from the API server itself.
package struct ObservedRemains: Sendable, Hashable {
    package var pods: [Remainder]
    /// Services with an address of the cloud's.
    package var loadBalancers: [Remainder]
    /// Of an endpoint, Services and Ingresses that are reached from outside: others keep something elsewhere for them.
    package var exposures: [Remainder]
    package var claims: [Remainder]
    /// What the namespace's deletion still finds in it; `nil` until the namespace controller has looked.
    package var content: NamespaceContent?
    /// What holds it, by name, as far as the operator may look.
    package var blockers: [Remainder]
    /// Volumes that outlive the namespace, as the class or their storage class wants.
    package var volumes: [Remainder]

    package init(
        pods: [Remainder] = [],
        loadBalancers: [Remainder] = [],
        exposures: [Remainder] = [],
        claims: [Remainder] = [],
        content: NamespaceContent? = nil,
        blockers: [Remainder] = [],
        volumes: [Remainder] = []
    ) {
        self.pods = pods
        self.loadBalancers = loadBalancers
        self.exposures = exposures
        self.claims = claims
        self.content = content
        self.blockers = blockers
        self.volumes = volumes
    }
}

/// One object that is still there.
package struct Remainder: Sendable, Hashable {
    package var key: ObjectKey
    package var uid: String
    package var finalizers: [String]
    /// When its deletion was asked for; `nil` where it was not.
    package var deletedAt: Timestamp?

    package init(key: ObjectKey, uid: String, finalizers: [String] = [], deletedAt: Timestamp? = nil) {
        self.key = key
        self.uid = uid
        self.finalizers = finalizers
        self.deletedAt = deletedAt
    }

    package init?(_ object: KubernetesObject, of resource: APIResource) {
        guard let uid = object.uid else { return nil }
        let metadata = ObjectMetadata(of: object)
        self.init(
            key: ObjectKey(resource, namespace: object.namespace, name: object.name), uid: uid,
            finalizers: metadata.finalizers, deletedAt: metadata.deletionTimestamp)
    }

    /// Whose finalizers keep it: neither ours nor the cluster's own, which go by themselves.
    var holders: [String] {
        finalizers.filter { finalizer in
            guard let domain = finalizer.split(separator: "/").first, finalizer.contains("/") else { return false }
            let isOfTheCluster = domain == "kubernetes.io" || domain.hasSuffix(".kubernetes.io")
            return finalizer != Words.Finalizer.teardown && !isOfTheCluster
        }
    }

    /// It is to go, and somebody keeps it.
    var isHeldByOthers: Bool { deletedAt != nil && !holders.isEmpty }

    package var leftover: Environment.Status.Leftover {
        Environment.Status.Leftover(
            apiVersion: key.resource.apiVersion, kind: key.resource.kind, namespace: key.namespace, name: key.name,
            heldBy: finalizers.joined(separator: ", "), since: deletedAt)
    }
}
