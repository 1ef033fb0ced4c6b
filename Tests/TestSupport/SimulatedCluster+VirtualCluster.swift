import Formats
package import Kubernetes

extension SimulatedCluster {
    /// How a virtual cluster keeps its data.
    package enum VirtualClusterKind: Sendable, Hashable {
        /// A StatefulSet with a volume.
        case durable
        /// A Deployment without one: its data go with its pod.
        case ephemeral
    }

    /// Makes what the chart of a virtual cluster makes, as far as it matters: a Service and a workload.
    package func createVirtualCluster(
        _ release: String = "vc",
        in namespace: String,
        _ kind: VirtualClusterKind = .durable,
        replicas: Int64 = 1
    ) async throws {
        let labels: JSONValue = ["app": "vcluster", "release": .string(release)]
        var service = KubernetesObject(.services, namespace: namespace, name: release)
        service["metadata"]?["labels"] = labels
        service["spec"] = ["ports": [["name": "https", "port": 443, "targetPort": 8443]], "selector": labels]
        _ = try await admin.create(service, as: .services)
        let resource: APIResource = kind == .durable ? .statefulSets : .deployments
        var workload = KubernetesObject(resource, namespace: namespace, name: release)
        workload["metadata"]?["labels"] = labels
        let container: JSONValue = ["name": "syncer", "image": "example.com/vcluster:0.36.1"]
        workload["spec"] = [
            "replicas": .integer(replicas), "selector": ["matchLabels": labels],
            "template": ["metadata": ["labels": labels], "spec": ["containers": [container]]],
        ]
        if kind == .durable {
            workload["spec"]?["serviceName"] = .string("\(release)-headless")
            workload["spec"]?["volumeClaimTemplates"] = [
                [
                    "metadata": ["name": "data"],
                    "spec": ["accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "5Gi"]]],
                ]
            ]
        }
        _ = try await admin.create(workload, as: resource)
    }

    /// The settings of a kubeconfig in a Secret that a virtual cluster wrote, led to its Service's address.
    package func virtualClusterSettings(
        _ release: String = "vc",
        in namespace: String
    ) async throws -> ConnectionSettings {
        let secret = try await admin.get(ObjectKey(.secrets, namespace: namespace, name: "vc-\(release)"))
        let service = try await admin.get(ObjectKey(.services, namespace: namespace, name: release))
        let bytes = secret.json[path: "data", "config"]?.string.flatMap(Base64.decode) ?? []
        var settings = try ConnectionSettings(Kubeconfig(parsing: bytes, file: "vc-\(release)"))
        settings.server = "https://\(service.json[path: "spec", "clusterIP"]?.string ?? ""):443"
        settings.tlsServerName = "\(release).\(namespace)"
        return settings
    }
}
