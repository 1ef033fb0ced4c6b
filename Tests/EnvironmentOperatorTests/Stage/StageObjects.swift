import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import Simulation
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
}

/// Clusters on which the operator is installed, and which have a team.
enum InstalledCluster {
    private static let template = Mutex<SimulatedCluster?>(nil)

    /// A cluster as an administrator left it; those without settings of their own are copies of one.
    static func make(_ settings: SimulationSettings? = nil) async throws -> SimulatedCluster {
        if settings == nil, let template = template.withLock({ $0 }) { return SimulatedCluster(copying: template) }
        let cluster = SimulatedCluster(settings: settings ?? SimulationSettings())
        try await SimulatedHost.install(on: cluster.server)
        guard settings == nil else { return cluster }
        template.withLock { $0 = cluster }
        return SimulatedCluster(copying: cluster)
    }
}
