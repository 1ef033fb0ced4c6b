import EnvironmentAPI
import Formats
import Kubernetes

extension Table {
    /// Environments, one a row.
    init(_ environments: [Environment], now: Timestamp, withNamespaces: Bool) {
        let headings = ["NAME", "CLASS", "READY", "HOST-NAMESPACE", "EXPIRES-IN", "AGE", "MESSAGE"]
        self.init((withNamespaces ? ["NAMESPACE"] : []) + headings)
        for environment in environments {
            let standing = EnvironmentStanding(environment: environment, now: now)
            let cells = [
                environment.metadata.name, environment.spec.environmentClassName, standing.ready,
                standing.hostNamespace, standing.expiresIn, standing.age, standing.message,
            ]
            add((withNamespaces ? [environment.metadata.namespace] : []) + cells)
        }
    }
}
