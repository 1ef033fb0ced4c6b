import EnvironmentAPI
import EnvironmentOperator
import Formats
import HTTPModel
import Kubernetes

/// Where a model server is reached from here.
enum ChatRoute: Sendable, Hashable {
    /// By an address of its own.
    case address(String)
    /// Through the API server, which leads to pods and to nothing else.
    case proxy(namespace: String, service: String, port: Int64)

    /// What stands before `/v1`.
    func base() throws(KubernetesError) -> String {
        switch self {
        case .address(let address): return address
        case .proxy(let namespace, let service, let port):
            let path = ["api", "v1", "namespaces", namespace, "services", "http:\(service):\(port)", "proxy"]
            return try RequestBuilder().get(path: path).target
        }
    }
}

extension ChatRoute {
    /// Reads `--url`: the server's address, with or without `/v1`.
    init(reading text: String) throws(InvalidValue) {
        guard let parts = URLParts(text), ["http", "https"].contains(parts.scheme), parts.userinfo == nil,
            !parts.rest.contains("?"), !parts.rest.contains("#")
        else {
            throw InvalidValue("write an address such as http://localhost:18080, without a password or a query")
        }
        var address = text[...]
        while address.last == "/" { address = address.dropLast() }
        if address.hasSuffix("/v1") { address = address.dropLast(3) }
        while address.last == "/" { address = address.dropLast() }
        self = .address(String(address))
    }

    /// Where the endpoint itself says that it is served.
    init(_ endpoint: InferenceEndpoint) throws(CommandFailure) {
        let name = endpoint.metadata.name
        if endpoint.effectiveMode == .host {
            guard let host = endpoint.spec.host else {
                throw CommandFailure(.rejected, "inference endpoint \(name) names no host: write spec.host.address")
            }
            self = .address("http://\(host.place)")
            return
        }
        guard let namespace = endpoint.status.namespace?.name else {
            let cause = endpoint.cause.map { ": \($0)" } ?? ""
            throw CommandFailure(
                .notFound, "inference endpoint \(name) is not served yet\(cause)",
                hints: ["'envfactory inference wait \(name)' waits for it"])
        }
        self = .proxy(
            namespace: namespace, service: endpoint.spec.serving.serviceName, port: endpoint.spec.serving.port)
    }
}

extension ModelAnswer {
    /// Why the prompt is not for what answers there: on this machine a name may lead somewhere else.
    func objection(to model: String) -> String? {
        switch self {
        case .lists(let models):
            models.contains(model) ? nil : "what answers there does not list the model \(model)"
        case .loading: "the model server there loads its model"
        case .strange(let why), .silent(let why): why
        }
    }
}
