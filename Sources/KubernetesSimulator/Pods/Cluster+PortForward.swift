import Formats
import HTTPModel
import Kubernetes
import PortForward

extension Cluster {
    /// The port that a request for `pods/portforward` leads to.
    ///
    /// A WebSocket is a GET, whose verb is `get`; from 1.35 on `create` is asked for beside it, as it always was of
    /// SPDY's POST.
    mutating func port(_ request: APIRequest) throws(APIStatus) -> PodPort {
        try authorize(request)
        if minorVersion >= 35, request.verb != .create { try authorize(request, as: .create) }
        let path = request.path
        let resource = NamedResource(group: "", word: path.plural)
        guard let pod = store[Place(table: .pods, namespace: path.namespace, name: path.name)] else {
            throw .notFound(resource, path.name)
        }
        guard pod.json[path: "spec", "nodeName"]?.string?.isEmpty == false else {
            throw .badRequest("pod \(path.name) does not have a host assigned")
        }
        let ports = request.query.values(of: "ports").flatMap { $0.split(separator: ",") }
        guard ports.count == 1, let port = ports.first.flatMap({ UInt16($0) }), port > 0 else {
            throw .badRequest("query parameter \"port\" is required, once")
        }
        return PodPort(namespace: path.namespace, pod: path.name, port: port)
    }

    private var minorVersion: Int {
        let parts = settings.version.drop { $0 == "v" }.split(separator: ".")
        return parts.dropFirst().first.flatMap { Int($0) } ?? 0
    }

    /// The virtual cluster whose API server listens at a port; `nil` where nothing does.
    func virtualCluster(at port: PodPort) -> VirtualClusterName? {
        let pod = store[Place(table: .pods, namespace: port.namespace, name: port.pod)]
        guard port.port == 8443, let name = pod?.virtualCluster, data(of: name) != nil else { return nil }
        return name
    }
}
