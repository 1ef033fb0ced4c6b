import Formats
import Kubernetes

extension Cluster {
    /// Furnishes a namespace, or empties one that is on its way out.
    mutating func reconcileNamespace(_ name: String) {
        guard let namespace = store[.namespace(name)] else { return }
        guard namespace.isDeleting else { return furnish(name) }
        guard namespace.json[path: "spec", "finalizers"]?.array?.isEmpty == false else { return }
        deleteContents(of: name)
        let remains = remains(of: name)
        guard remains.isEmpty else {
            let conditions = conditions(remains, in: store[.namespace(name)]?.json["status"])
            return change(.namespace(name), as: "namespace-controller", subresource: "status") {
                $0["status"]?["conditions"] = .array(conditions)
            }
        }
        change(.namespace(name), as: "namespace-controller", subresource: "finalize") {
            $0["spec"]?["finalizers"] = nil
        }
    }

    private mutating func furnish(_ name: String) {
        let account = Place(table: .serviceAccounts, namespace: name, name: "default")
        if store[account] == nil {
            create(["metadata": ["name": "default"]], at: account, as: "service-account-controller")
        }
        let certificate = Place(table: TableName(text: "configmaps"), namespace: name, name: "kube-root-ca.crt")
        guard settings.publishesRootCertificate, store[certificate] == nil else { return }
        create(
            [
                "metadata": ["name": "kube-root-ca.crt"],
                "data": ["ca.crt": "-----BEGIN CERTIFICATE-----\nsimulated\n-----END CERTIFICATE-----\n"],
            ],
            at: certificate, as: "root-ca-cert-publisher")
    }

    private mutating func deleteContents(of name: String) {
        let pods = store.objects(of: .pods, in: name)
        let waitsForPods = settings.deletesPodsFirst && !pods.isEmpty
        let objects = waitsForPods ? pods : remains(of: name).flatMap(\.objects)
        for object in objects where !object.isDeleting { delete(object, as: "namespace-controller") }
        // The last pod may have gone at once.
        if waitsForPods, store.objects(of: .pods, in: name).isEmpty { deleteContents(of: name) }
    }

    /// What is left of one kind.
    private struct Remains {
        var descriptor: ResourceDescriptor
        var objects: [StoredObject]

        /// `pods.`: the group follows the point, even where it is empty.
        var resource: String { "\(descriptor.resource.plural).\(descriptor.resource.group)" }
    }

    private func remains(of name: String) -> [Remains] {
        registry.storages.filter(\.resource.isNamespaced).compactMap { descriptor in
            let objects = store.objects(of: descriptor.table, in: name)
            return objects.isEmpty ? nil : Remains(descriptor: descriptor, objects: objects)
        }
    }

    // MARK: - Conditions

    private func conditions(_ remains: [Remains], in status: JSONValue?) -> [JSONValue] {
        let kinds = remains.map { "\($0.resource) has \($0.objects.count) resource instances" }.sorted()
        var finalizers: [String: Int] = [:]
        for finalizer in remains.flatMap(\.objects).flatMap(\.finalizers) { finalizers[finalizer, default: 0] += 1 }
        let holders = finalizers.map { "\($0.key) in \($0.value) resource instances" }.sorted()
        let isHeld = !holders.isEmpty
        let wanted: [(type: String, isTrue: Bool, reason: String, message: String)] = [
            (
                "NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered",
                "All resources successfully discovered"
            ),
            (
                "NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions",
                "All legacy kube types successfully parsed"
            ),
            (
                "NamespaceDeletionContentFailure", false, "ContentDeleted",
                "All content successfully deleted, may be waiting on finalization"
            ),
            (
                "NamespaceContentRemaining", true, "SomeResourcesRemain",
                "Some resources are remaining: \(kinds.joined(separator: ", "))"
            ),
            (
                "NamespaceFinalizersRemaining", isHeld,
                isHeld ? "SomeFinalizersRemain" : "ContentHasNoFinalizers",
                isHeld
                    ? "Some content in the namespace has finalizers remaining: \(holders.joined(separator: ", "))"
                    : "All content-preserving finalizers finished"
            ),
        ]
        let known = status?["conditions"]?.array ?? []
        return wanted.map { type, isTrue, reason, message in
            let state = JSONValue.string(isTrue ? "True" : "False")
            let old = known.first { $0["type"]?.string == type }
            let moved = old?["status"] == state ? old?["lastTransitionTime"] : nil
            return [
                "type": .string(type), "status": state, "lastTransitionTime": moved ?? .string(now.description),
                "reason": .string(reason), "message": .string(message),
            ]
        }
    }
}
