import EnvironmentAPI
import Formats
import Helm

/// The values of a virtual cluster's release: what the class says, what users turned, and what the operator decides.
///
/// Later ones win, so that nothing that a class or a user writes undoes what isolates environments from each other.
struct VirtualClusterValues: Sendable {
    let values: JSONValue

    init(_ environment: Environment, _ environmentClass: EnvironmentClass.Spec, _ place: ReleasePlace) {
        let cluster = environmentClass.virtualCluster
        var values = Self.defaults.merged(with: cluster?.values ?? [:])
        for parameter in environmentClass.parameters {
            guard let value = environment.effectiveParameters(in: environmentClass)[parameter.name] else { continue }
            values.set(value, at: parameter.path.split(separator: ".").map(String.init))
        }
        let names = place.serverNames(cluster?.exposure ?? EnvironmentClass.VirtualCluster.Exposure())
        let known = values[path: "controlPlane", "proxy", "extraSANs"]?.array ?? []
        values.set(
            .array(known + names.map(JSONValue.string).filter { !known.contains($0) }),
            at: ["controlPlane", "proxy", "extraSANs"])
        values = values.merged(with: Self.decided(place, replicas: cluster?.replicas ?? 1))
        if let cluster { values = values.merged(with: cluster.exposure.values(place)) }
        self.values = values
    }

    /// What holds where a class says nothing.
    ///
    /// The container gets limits of its own, or the class's limit range would throttle it.
    private static let defaults: JSONValue = [
        "controlPlane": [
            "statefulSet": [
                "image": ["repository": "loft-sh/vcluster-oss"],
                "resources": [
                    "requests": ["cpu": "200m", "memory": "256Mi"], "limits": ["cpu": "2", "memory": "2Gi"],
                ],
            ]
        ]
    ]

    /// What holds whatever a class says.
    private static func decided(_ place: ReleasePlace, replicas: Int64) -> JSONValue {
        [
            "controlPlane": ["statefulSet": ["highAvailability": ["replicas": .integer(replicas)]]],
            "rbac": ["role": ["enabled": false], "clusterRole": ["enabled": false]],
            "exportKubeConfig": ["context": .string(place.context), "server": .string(place.serviceAddress)],
        ]
    }
}

/// Where a virtual cluster's release lies, and the names that follow.
struct ReleasePlace: Sendable, Hashable {
    let release: String
    let namespace: String
    /// How the kubeconfig names it.
    let context: String

    init(_ identity: OwnerIdentity) {
        release = Naming.release(of: identity.name)
        namespace = identity.hostNamespace
        context = identity.name
    }

    /// The name of the Service that vCluster's certificate holds without being told.
    var serviceName: String { "\(release).\(namespace)" }
    var serviceAddress: String { "https://\(serviceName):443" }
    /// The ServiceAccount of the control plane.
    var serviceAccount: String { "vc-\(release)" }
    /// The Secret in which vCluster leaves its kubeconfig.
    var kubeconfigSecret: String { "vc-\(release)" }

    func ingressHost(_ domain: String) -> String { "\(namespace).\(domain)" }

    /// The names under which the API server is reached, besides those that its certificate holds anyway.
    func serverNames(_ exposure: EnvironmentClass.VirtualCluster.Exposure) -> [String] {
        var names = ["\(serviceName).svc", "\(serviceName).svc.cluster.local"]
        if let nodePort = exposure.nodePort { names.append(nodePort.address) }
        if let ingress = exposure.ingress { names.append(ingressHost(ingress.domain)) }
        return names
    }
}

extension EnvironmentClass.VirtualCluster.Exposure {
    /// The values that make the chart's Service or Ingress.
    fileprivate func values(_ place: ReleasePlace) -> JSONValue {
        switch type {
        case .clusterIP: return ["controlPlane": ["service": ["spec": ["type": "ClusterIP"]]]]
        case .nodePort: return ["controlPlane": ["service": ["spec": ["type": "NodePort"]]]]
        case .loadBalancer:
            var service: JSONValue = ["spec": ["type": "LoadBalancer"]]
            let ranges = loadBalancer?.sourceRanges ?? []
            if !ranges.isEmpty {
                service["spec"]?["loadBalancerSourceRanges"] = .array(ranges.map(JSONValue.string))
            }
            let annotations = loadBalancer?.annotations ?? [:]
            if !annotations.isEmpty {
                service["annotations"] = .object(
                    JSONObject(unique: annotations.map { ($0.key, .string($0.value)) }))
            }
            return ["controlPlane": ["service": service]]
        case .ingress:
            var values: JSONValue = ["enabled": true]
            if let ingress {
                values["host"] = .string(place.ingressHost(ingress.domain))
                if let name = ingress.className { values["spec"] = ["ingressClassName": .string(name)] }
            }
            return ["controlPlane": ["service": ["spec": ["type": "ClusterIP"]], "ingress": values]]
        }
    }
}

extension JSONValue {
    /// Both objects put together; where both have a value, the other's holds.
    func merged(with other: JSONValue) -> JSONValue {
        guard case .object = self, let members = other.object else { return other }
        var merged = self
        for (key, value) in members { merged[key] = merged[key].map { $0.merged(with: value) } ?? value }
        return merged
    }

    /// Puts a value at a path, making the objects that lead there.
    mutating func set(_ value: JSONValue, at path: [String]) {
        guard let first = path.first else {
            self = value
            return
        }
        var next = self[first] ?? .object(JSONObject())
        next.set(value, at: Array(path.dropFirst()))
        self[first] = next
    }
}
