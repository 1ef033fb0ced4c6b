import Kubernetes

/// What one pass wrote, which its next look must see although no watch has told of it yet.
struct PassWrites: Sendable {
    /// `nil`: the object was deleted.
    private var objects: [ObjectKey: ObservedObject?] = [:]

    mutating func record(_ object: ObservedObject?, as key: ObjectKey) { objects[key] = .some(object) }

    /// What the caches hold, with this pass's writes over it.
    func over(_ cached: [ObjectKey: ObservedObject]) -> [ObjectKey: ObservedObject] {
        var owned = cached
        for (key, object) in objects where key.namespace != nil { owned[key] = object }
        return owned
    }

    /// `nil`: the workload was deleted.
    private var workloads: [ObjectKey: ObservedWorkload?] = [:]

    mutating func record(_ workload: ObservedWorkload?, as key: ObjectKey) { workloads[key] = .some(workload) }

    /// The same for the workloads of a virtual cluster.
    func over(_ cached: [ObservedWorkload]) -> [ObservedWorkload] {
        var known = Dictionary(cached.map { ($0.key, $0) }) { first, _ in first }
        for (key, workload) in workloads { known[key] = workload }
        return known.values.sorted { $0.key.description < $1.key.description }
    }

    /// The same for the namespace itself.
    func over(_ cached: ObservedNamespace?, named name: String) -> ObservedNamespace? {
        namespaces[name] ?? cached
    }

    private var namespaces: [String: ObservedNamespace?] = [:]

    mutating func record(_ namespace: ObservedNamespace?, named name: String) { namespaces[name] = .some(namespace) }
}
