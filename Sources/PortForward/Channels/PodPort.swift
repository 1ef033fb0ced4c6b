import HTTPModel
import Kubernetes

/// A port of a pod, as the API server forwards to it.
package struct PodPort: Sendable, Hashable, CustomStringConvertible {
    /// What is spoken over the WebSocket: channel 0 for the bytes, channel 1 for what went wrong, each begun by the
    /// server with the port's number.
    package static let subprotocol = "v4.channel.k8s.io"

    static let dataChannel: UInt8 = 0
    static let errorChannel: UInt8 = 1

    package var namespace: String
    package var pod: String
    package var port: UInt16

    package init(namespace: String, pod: String, port: UInt16) {
        self.namespace = namespace
        self.pod = pod
        self.port = port
    }

    package var description: String { "port \(port) of pod \(pod) in \(namespace)" }

    /// The request for a connection to it, without what asks for a WebSocket.
    func request() throws(KubernetesError) -> HTTPRequest {
        let path = ["api", "v1", "namespaces", namespace, "pods", pod, "portforward"]
        var request = try RequestBuilder().get(path: path)
        request.target += "?ports=\(port)"
        // Container runtimes answer 406 to whoever wants JSON, before they look at anything else.
        request.headers["Accept"] = nil
        return request
    }

    /// What begins both channels: little endian, which nothing else here is.
    var prelude: [UInt8] { [UInt8(port & 0xFF), UInt8(port >> 8)] }
}

/// What a node or its runtime says of a connection that it could not make, or not keep.
package struct PodPortError: Error, Sendable, Hashable, CustomStringConvertible {
    package var message: String

    package init(message: String) { self.message = message }

    package var description: String { message }
}
