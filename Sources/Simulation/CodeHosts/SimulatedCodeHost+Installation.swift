import CodeHosts
import EnvironmentAPI
import Formats
package import Kubernetes

extension SimulatedCodeHost {
    /// The Secret by which an administrator tells the operator of it.
    package func secret(_ name: String, _ more: [String: String] = [:]) -> KubernetesObject {
        var secret = KubernetesObject(.secrets, namespace: Words.Installation.namespace, name: name)
        secret["metadata"]?["labels"] = .object(JSONObject(unique: [(Words.Label.codeHost, "true")]))
        var data: JSONValue = [:]
        let plain = ["provider": provider.rawValue, "url": api]
        for (key, value) in plain.merging(more, uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }) {
            data[key] = .string(Base64.encode(Array(value.utf8)))
        }
        secret["data"] = data
        return secret
    }
}
