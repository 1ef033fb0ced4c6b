import EnvironmentAPI
import Formats
import Kubernetes

/// Where a name leads to.
enum ServiceTarget: Sendable, Hashable {
    /// Another name; it cannot change ports.
    case name(String)
    case addresses([String], port: Int64)
    /// Pods of the same namespace, by labels.
    case pods(component: String, port: Int64)
}

extension OwnerIdentity {
    /// A Service, and with it the addresses that it leads to where the cluster cannot find them.
    func service(_ name: String, port: Int64, to target: ServiceTarget) -> [WantedObject] {
        var service = object(.services, name: name)
        let ports: JSONValue = [
            ["name": "http", "port": .integer(port), "protocol": "TCP", "targetPort": .integer(target.port ?? port)]
        ]
        switch target {
        case .name(let other):
            service["spec"] = ["type": "ExternalName", "externalName": .string(other), "ports": ports]
            return [WantedObject(service, of: .services)]
        case .pods(let component, _):
            service["spec"] = ["type": "ClusterIP", "ports": ports, "selector": selector(component)]
            return [WantedObject(service, of: .services)]
        case .addresses(let addresses, let port):
            service["spec"] = ["type": "ClusterIP", "ports": ports]
            return [
                WantedObject(service, of: .services),
                WantedObject(self.addresses(name, addresses, port), of: .endpoints),
            ]
        }
    }

    /// Endpoints, and not slices of them: every server has the kind, and its controllers make the slices.
    private func addresses(_ name: String, _ addresses: [String], _ port: Int64) -> KubernetesObject {
        var endpoints = object(.endpoints, name: name)
        endpoints["metadata"]?["labels"]?[Words.Label.component] = .string(Words.Component.addresses)
        endpoints["subsets"] = [
            [
                "addresses": .array(addresses.map { ["ip": .string($0)] }),
                "ports": [["name": "http", "port": .integer(port), "protocol": "TCP"]],
            ]
        ]
        return endpoints
    }

    /// The labels of an endpoint's pods of one kind.
    func selector(_ component: String) -> JSONValue {
        var labels = labels
        labels[Words.Label.component] = .string(component)
        return labels
    }
}

extension ServiceTarget {
    fileprivate var port: Int64? {
        switch self {
        case .name: nil
        case .addresses(_, let port), .pods(_, let port): port
        }
    }
}

extension InferenceEndpoint {
    /// Where its Service leads to; `nil` where nobody said.
    var target: ServiceTarget? {
        guard effectiveMode == .host else { return .pods(component: Words.Component.engine, port: spec.engine.port) }
        guard let host = spec.host else { return nil }
        if host.form == .name, host.port == spec.serving.port { return .name(host.address) }
        return host.addresses.isEmpty ? nil : .addresses(host.addresses, port: host.port)
    }
}
