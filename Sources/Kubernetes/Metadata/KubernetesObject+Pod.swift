import Formats

extension KubernetesObject {
    /// A pod that runs, is ready, and is not on its way out.
    package var isReadyPod: Bool {
        guard !isDeleting else { return false }
        return (json[path: "status", "conditions"]?.array ?? []).contains {
            $0["type"]?.string == "Ready" && $0["status"]?.string == "True"
        }
    }

    /// RFC 3339, which sorts as it reads.
    fileprivate var created: String { json[path: "metadata", "creationTimestamp"]?.string ?? "" }
}

extension Collection<KubernetesObject> {
    /// The one that was created last; of those of one second the last by name.
    package var newest: KubernetesObject? { self.max { ($0.created, $0.name) < ($1.created, $1.name) } }
}
