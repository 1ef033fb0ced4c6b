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

/// What an address that only the cluster may know turned out to be from here.
enum HostAnswer: Sendable, Hashable {
    /// It is the model server that is meant.
    case serves
    /// Why it is not, or cannot be told.
    case other(String)
}

extension HostAnswer {
    /// Reads what `GET /v1/models` brought: on this machine the name may lead somewhere else.
    init(_ response: HTTPResponse, model: String) {
        guard response.status == 200 else {
            let said = ChatStream.json(response.body).flatMap { ChatStream.errorMessage($0) }
            self = .other("it answers /v1/models with status \(response.status)\(said.map { ": \($0)" } ?? "")")
            return
        }
        let models = ChatStream.json(response.body)?["data"]?.array ?? []
        let isListed = models.contains { $0["id"]?.string == model }
        self = isListed ? .serves : .other("what answers there does not list the model \(model)")
    }
}
