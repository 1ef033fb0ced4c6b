import Formats
import Kubernetes

extension Cluster {
    private static let collector = "generic-garbage-collector"

    /// Looks after what an owner leaves behind, or waits for.
    mutating func collectDependents(of uid: String) {
        guard let owner = store.object(uid: uid) else {
            for place in store.dependents(of: uid) { collectIfOrphaned(place, uid: nil) }
            return
        }
        guard owner.isDeleting else { return }
        if owner.finalizers.contains("orphan") { orphan(dependentsOf: owner) }
        if owner.finalizers.contains("foregroundDeletion") { deleteDependents(of: owner) }
    }

    /// Deletes an object none of whose owners is left.
    mutating func collectIfOrphaned(_ place: Place, uid: String?) {
        guard let object = store[place], uid == nil || object.uid == uid, !object.isDeleting else { return }
        let references = object.metadata["ownerReferences"]?.array ?? []
        guard !references.isEmpty else { return }
        let living = references.filter { isOwner($0, of: object) }
        guard living.isEmpty else {
            guard living.count < references.count else { return }
            return change(place, as: Self.collector) { $0["metadata"]?["ownerReferences"] = .array(living) }
        }
        delete(object, as: Self.collector)
    }

    /// An owner is found by uid, where and as what the reference says: in the object's namespace, or in the cluster.
    private func isOwner(_ reference: JSONValue, of object: StoredObject) -> Bool {
        guard let uid = reference["uid"]?.string, let owner = store.object(uid: uid) else { return false }
        let isReachable = owner.place.namespace.isEmpty || owner.place.namespace == object.place.namespace
        let kind = owner.json["kind"] ?? registry.descriptor(of: owner.place.table).map { .string($0.resource.kind) }
        let isNamed = owner.place.name == reference["name"]?.string && kind == reference["kind"]
        let waits = owner.isDeleting && owner.finalizers.contains("foregroundDeletion")
        return isReachable && isNamed && !waits
    }

    private mutating func orphan(dependentsOf owner: StoredObject) {
        for place in store.dependents(of: owner.uid) {
            change(place, as: Self.collector) { json in
                let rest = json[path: "metadata", "ownerReferences"]?.array?.filter { $0["uid"]?.string != owner.uid }
                json["metadata"]?["ownerReferences"] = rest.flatMap { $0.isEmpty ? nil : .array($0) }
            }
        }
        removeFinalizer("orphan", from: owner.place)
    }

    private mutating func deleteDependents(of owner: StoredObject) {
        for place in store.dependents(of: owner.uid) {
            guard let dependent = store[place], !dependent.isDeleting else { continue }
            let hasOwn = !store.dependents(of: dependent.uid).isEmpty
            delete(dependent, as: Self.collector, propagation: hasOwn ? "Foreground" : "Background")
        }
        let blocks = store.dependents(of: owner.uid).contains { place in
            let references = store[place]?.metadata["ownerReferences"]?.array ?? []
            return references.contains { $0["uid"]?.string == owner.uid && $0["blockOwnerDeletion"]?.bool == true }
        }
        if !blocks { removeFinalizer("foregroundDeletion", from: owner.place) }
    }

    private mutating func removeFinalizer(_ finalizer: String, from place: Place) {
        change(place, as: Self.collector) { json in
            let rest = json[path: "metadata", "finalizers"]?.array?.filter { $0.string != finalizer }
            json["metadata"]?["finalizers"] = rest.flatMap { $0.isEmpty ? nil : .array($0) }
        }
    }
}
