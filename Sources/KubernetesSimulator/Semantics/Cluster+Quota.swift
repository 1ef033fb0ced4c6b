import Formats
import Kubernetes

/// What admission adds to a quota's `status.used` before the object is stored.
struct QuotaCharge {
    var place: Place
    var used: [(name: String, amount: Quantity)]
}

extension Cluster {
    /// Refuses what would exceed a quota that already binds: one whose `status.hard` is filled in.
    func checkQuota(
        _ object: JSONValue,
        _ request: APIRequest,
        _ descriptor: ResourceDescriptor
    ) throws(APIStatus) -> [QuotaCharge] {
        let namespace = request.path.namespace
        let quotas = store.objects(of: .resourceQuotas, in: namespace)
        guard descriptor.resource.isNamespaced, !quotas.isEmpty, request.path.subresource.isEmpty else { return [] }
        let usage = QuotaUsage(of: object, descriptor)
        let name = object[path: "metadata", "name"]?.string ?? ""
        var charges: [QuotaCharge] = []
        for quota in quotas where QuotaUsage.includes(object, descriptor, quota.json["spec"]) {
            let hard = quota.json[path: "status", "hard"]?.object ?? JSONObject()
            if descriptor.table == .pods {
                let wanted = hard.keys.filter(QuotaUsage.compute.contains).sorted()
                let missing = QuotaUsage.missing(from: object, wanted)
                guard missing.isEmpty else {
                    let list = missing.joined(separator: ",")
                    throw .forbidden(
                        descriptor.named, name, "failed quota: \(quota.place.name): must specify \(list)")
                }
            }
            if let charge = try charge(usage, to: quota, hard, descriptor, name) { charges.append(charge) }
        }
        return charges
    }

    private func charge(
        _ usage: QuotaUsage,
        to quota: StoredObject,
        _ hard: JSONObject,
        _ descriptor: ResourceDescriptor,
        _ name: String
    ) throws(APIStatus) -> QuotaCharge? {
        var charge = QuotaCharge(place: quota.place, used: [])
        var exceeded: [(name: String, requested: Quantity, used: Quantity, limit: Quantity)] = []
        for resource in hard.keys.sorted() {
            guard let requested = usage.amounts[resource], requested > .zero else { continue }
            let used = quota.json[path: "status", "used", resource]?.amount ?? .zero
            let limit = hard[resource]?.amount ?? .zero
            if used + requested > limit { exceeded.append((resource, requested, used, limit)) }
            charge.used.append((resource, used + requested))
        }
        guard exceeded.isEmpty else {
            let requested = exceeded.map { "\($0.name)=\($0.requested)" }.joined(separator: ",")
            let used = exceeded.map { "\($0.name)=\($0.used)" }.joined(separator: ",")
            let limited = exceeded.map { "\($0.name)=\($0.limit)" }.joined(separator: ",")
            throw .forbidden(
                descriptor.named, name,
                "exceeded quota: \(quota.place.name), requested: \(requested), used: \(used), limited: \(limited)")
        }
        return charge.used.isEmpty ? nil : charge
    }

    /// Writes down what admission has let through.
    mutating func charge(_ charges: [QuotaCharge]) {
        for charge in charges {
            change(charge.place, as: "resourcequota-admission", subresource: "status") { quota in
                for (name, amount) in charge.used { quota["status"]?["used"]?[name] = .string(amount.description) }
            }
        }
    }

    /// The quota controller: counts what is there, and makes the limits bind.
    mutating func recountQuotas(in namespace: String) {
        let quotas = store.objects(of: .resourceQuotas, in: namespace)
        guard !quotas.isEmpty else { return }
        for quota in quotas {
            let usage = usage(in: namespace, of: quota)
            let hard = quota.json[path: "spec", "hard"]?.object ?? JSONObject()
            var used = JSONObject()
            for name in hard.keys { used[name] = .string((usage.amounts[name] ?? .zero).description) }
            change(quota.place, as: "resourcequota-controller", subresource: "status") {
                $0["status"] = ["hard": .object(hard), "used": .object(used)]
            }
        }
    }

    /// What is there now of what a quota counts.
    private func usage(in namespace: String, of quota: StoredObject) -> QuotaUsage {
        var usage = QuotaUsage()
        for descriptor in registry.storages where descriptor.resource.isNamespaced {
            for object in store.objects(of: descriptor.table, in: namespace)
            where QuotaUsage.includes(object.json, descriptor, quota.json["spec"]) {
                usage.add(QuotaUsage(of: object.json, descriptor))
            }
        }
        return usage
    }
}
