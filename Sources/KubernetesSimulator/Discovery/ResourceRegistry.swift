import Kubernetes

/// Every resource the server serves: the built-in ones and those that definitions add.
struct ResourceRegistry: Sendable {
    private struct Key: Hashable {
        var group: String
        var version: String
        var plural: String
    }

    private var descriptors: [Key: ResourceDescriptor] = [:]
    private var order: [Key] = []

    init() {
        for descriptor in BuiltInResources.all { add(descriptor) }
    }

    subscript(group: String, version: String, plural: String) -> ResourceDescriptor? {
        descriptors[Key(group: group, version: version, plural: plural)]
    }

    subscript(resource: APIResource) -> ResourceDescriptor? {
        self[resource.group, resource.version, resource.plural]
    }

    /// All of them, in the order they were added.
    var all: [ResourceDescriptor] { order.compactMap { descriptors[$0] } }

    /// One descriptor for each table, as whoever deletes everything needs it.
    var storages: [ResourceDescriptor] {
        var seen: Set<TableName> = []
        return all.filter { seen.insert($0.table).inserted }
    }

    func descriptor(of table: TableName) -> ResourceDescriptor? {
        all.first { $0.table == table }
    }

    /// Whether the group is the server's own.
    func isBuiltIn(group: String) -> Bool {
        order.contains { $0.group == group && descriptors[$0]?.custom == nil }
    }

    func isCustom(group: String, plural: String) -> Bool {
        order.contains { $0.group == group && $0.plural == plural && descriptors[$0]?.custom != nil }
    }

    mutating func add(_ descriptor: ResourceDescriptor) {
        let resource = descriptor.resource
        let key = Key(group: resource.group, version: resource.version, plural: resource.plural)
        if descriptors.updateValue(descriptor, forKey: key) == nil { order.append(key) }
    }

    /// Takes away all versions of a custom resource.
    mutating func remove(group: String, plural: String) {
        order.removeAll { $0.group == group && $0.plural == plural }
        for key in Array(descriptors.keys) where key.group == group && key.plural == plural {
            descriptors[key] = nil
        }
    }
}
