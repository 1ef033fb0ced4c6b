import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import Synchronization
import TestSupport

/// What stands on the stage before a test begins.
enum StageObjects {
    static let environmentClass: JSONValue = [
        "apiVersion": .string(Words.apiVersion),
        "kind": "EnvironmentClass",
        "metadata": ["name": "review"],
        "spec": [
            "isolation": "Namespace",
            "usage": ["namespaceSelector": ["matchLabels": ["team": "payments"]]],
            "lifetime": ["default": "24h", "maximum": "72h", "warnings": ["2h", "15m"], "retention": "1h"],
            "quota": ["hard": ["pods": "20", "requests.cpu": "4"]],
            "limitRange": [["type": "Container", "default": ["cpu": "500m"], "defaultRequest": ["cpu": "50m"]]],
            "network": ["mode": "Isolated"],
            "tenantRole": "Edit",
        ],
    ]

    /// What an administrator installs where no admission policies are: the operator has these rights and no others.
    static let installation: [KubernetesObject] =
        Manifests.documents(.init(dialect: .legacy, includesDeployment: false)).map { KubernetesObject($0) }

    /// The resource of an object of the installation; its kinds all have a plain plural.
    static func resource(of object: KubernetesObject) -> APIResource {
        let parts = object.apiVersion.split(separator: "/").map(String.init)
        return APIResource(
            parts.count > 1 ? parts[0] : "", parts.last ?? "", object.kind.lowercased() + "s", kind: object.kind,
            isNamespaced: object.namespace != nil)
    }
}

/// Clusters on which the operator is installed, and which have a team.
enum InstalledCluster {
    private static let template = Mutex<SimulatedCluster?>(nil)

    /// A cluster as an administrator left it; those without settings of their own are copies of one.
    static func make(_ settings: SimulationSettings? = nil) async throws -> SimulatedCluster {
        if settings == nil, let template = template.withLock({ $0 }) { return SimulatedCluster(copying: template) }
        let cluster = SimulatedCluster(settings: settings ?? SimulationSettings())
        try await cluster.namespace(OperatorStage.team, labels: ["team": "payments"])
        for object in StageObjects.installation {
            _ = try await cluster.admin.create(object, as: StageObjects.resource(of: object))
        }
        guard settings == nil else { return cluster }
        template.withLock { $0 = cluster }
        return SimulatedCluster(copying: cluster)
    }
}
