import Formats

/// Names a virtual cluster: one release in one namespace of the host.
struct VirtualClusterName: Hashable, Sendable {
    var namespace: String
    var release: String
}

/// What is remembered of the virtual clusters, beside the objects of the host.
struct VirtualClusterRegister: Sendable {
    /// The pod that wrote the kubeconfig: it does so once, and never again.
    var writers: [VirtualClusterName: String] = [:]
    /// How often the credentials were replaced.
    var rotations: [VirtualClusterName: Int] = [:]
    private(set) var faults: [VirtualClusterFault] = []

    mutating func plan(_ fault: VirtualClusterFault) { faults.append(fault) }

    mutating func mend(_ namespace: String) { faults.removeAll { $0.namespace == namespace } }

    /// What is wrong with a pod, or one that is to be; `nil` where nothing is.
    func fault(of pod: JSONValue, in namespace: String) -> VirtualClusterFault.Effect? {
        guard !faults.isEmpty, let release = pod[path: "metadata", "labels", "release"]?.string else { return nil }
        return fault(of: VirtualClusterName(namespace: namespace, release: release))
    }

    func fault(of name: VirtualClusterName) -> VirtualClusterFault.Effect? {
        faults.first { $0.concerns(name.release, in: name.namespace) }?.effect
    }
}

extension StoredObject {
    /// The virtual cluster whose control plane a pod is.
    var virtualCluster: VirtualClusterName? {
        guard place.table == .pods, labels["app"] == "vcluster", let release = labels["release"]?.string else {
            return nil
        }
        return VirtualClusterName(namespace: place.namespace, release: release)
    }
}

extension Cluster {
    /// The pod that leads a virtual cluster, while one serves.
    func leader(of name: VirtualClusterName) -> StoredObject? {
        store.objects(of: .pods, in: name.namespace).first { $0.virtualCluster == name && $0.isReady }
    }

    /// What the data of a virtual cluster lasts as long as: a claim where it has one, else the pod that holds them.
    func data(of name: VirtualClusterName) -> String? {
        guard let leader = leader(of: name) else { return nil }
        // Where etcd has pods of its own, the data are theirs.
        let etcd = Place(table: .pods, namespace: name.namespace, name: "\(name.release)-etcd-0")
        let holder = store[etcd] ?? leader
        let claims = Controllers.claims(of: holder).compactMap { store[$0]?.uid }
        return claims.first ?? holder.uid
    }
}
