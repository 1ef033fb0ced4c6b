import Formats
import Kubernetes

extension Cluster {
    private static let controller = "crd-controller"

    /// Serves what a definition defines; a definition that is deleted takes its objects along.
    mutating func reconcileDefinition(_ name: String) {
        guard let definition = store[Place(table: .definitions, namespace: "", name: name)] else {
            let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
            guard parts.count == 2, registry.isCustom(group: parts[1], plural: parts[0]) else { return }
            return registry.remove(group: parts[1], plural: parts[0])
        }
        let descriptors = CustomResource.descriptors(definition)
        if let first = descriptors.first?.resource { registry.remove(group: first.group, plural: first.plural) }
        for descriptor in descriptors { registry.add(descriptor) }
        if definition.isDeleting { return deleteInstances(of: definition) }
        establish(definition)
    }

    private mutating func establish(_ definition: StoredObject) {
        let spec = definition.json["spec"] ?? [:]
        let stored = (spec["versions"]?.array ?? []).filter { $0["storage"] == true }.compactMap { $0["name"] }
        let time = JSONValue.string(now.description)
        let known = definition.json[path: "status", "conditions"]?.array ?? []
        let wanted = [
            ("NamesAccepted", "NoConflicts", "no conflicts found"),
            ("Established", "InitialNamesAccepted", "the initial names have been accepted"),
        ]
        let conditions = wanted.map { type, reason, message -> JSONValue in
            known.first { $0["type"]?.string == type } ?? [
                "type": .string(type), "status": "True", "lastTransitionTime": time,
                "reason": .string(reason), "message": .string(message),
            ]
        }
        change(definition.place, as: Self.controller, subresource: "status") {
            $0["status"] = [
                "acceptedNames": spec["names"] ?? [:], "conditions": .array(conditions),
                "storedVersions": .array(stored),
            ]
        }
    }

    private mutating func sayTerminating(_ definition: StoredObject) {
        let known = definition.json[path: "status", "conditions"]?.array ?? []
        guard !known.contains(where: { $0["type"] == "Terminating" }) else { return }
        let condition: JSONValue = [
            "type": "Terminating", "status": "True", "lastTransitionTime": .string(now.description),
            "reason": "InstanceDeletionPending",
            "message": "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
        ]
        change(definition.place, as: Self.controller, subresource: "status") {
            $0["status"]?["conditions"] = .array(known + [condition])
        }
    }

    private mutating func deleteInstances(of definition: StoredObject) {
        let table = TableName(text: definition.place.name)
        sayTerminating(definition)
        for object in store.objects(of: table) where !object.isDeleting { delete(object, as: Self.controller) }
        guard store.count(of: table) == 0 else { return }
        change(definition.place, as: Self.controller) { json in
            let rest = json[path: "metadata", "finalizers"]?.array?.filter {
                $0.string != CustomResource.cleanupFinalizer
            }
            json["metadata"]?["finalizers"] = rest.flatMap { $0.isEmpty ? nil : .array($0) }
        }
    }
}
