import EnvironmentAPI
import Formats
import Kubernetes

extension OwnerIdentity {
    /// `nil` where nothing is limited.
    func resourceQuota(_ hard: ResourceList) -> KubernetesObject? {
        hard.isEmpty ? .none : resourceQuota(hard: hard.json)
    }

    /// The quota that lets no pod start any more, so that teardown does not race against what restarts them.
    func closedResourceQuota() -> KubernetesObject { resourceQuota(hard: ["pods": "0"]) }

    private func resourceQuota(hard: JSONValue) -> KubernetesObject {
        var quota = object(.resourceQuotas, name: Words.Fixed.resourceQuota)
        quota["spec"] = ["hard": hard]
        return quota
    }

    /// The defaults of containers that name no resources; `nil` where the class has none.
    func limitRange(_ items: [EnvironmentClass.LimitRangeItem]) -> KubernetesObject? {
        guard !items.isEmpty else { return nil }
        var range = object(.limitRanges, name: Words.Fixed.limitRange)
        range["spec"] = ["limits": .array(items.map(\.withServerDefaults.json))]
        return range
    }
}

extension EnvironmentClass.LimitRangeItem {
    /// The item as the API server stores it: for containers it fills defaults from maximum, default and minimum.
    fileprivate var withServerDefaults: EnvironmentClass.LimitRangeItem {
        guard type == .container else { return self }
        var item = self
        for entry in max { item.default[entry.key] = item.default[entry.key] ?? entry.value }
        for entry in item.default { item.defaultRequest[entry.key] = item.defaultRequest[entry.key] ?? entry.value }
        for entry in min { item.defaultRequest[entry.key] = item.defaultRequest[entry.key] ?? entry.value }
        return item
    }
}
