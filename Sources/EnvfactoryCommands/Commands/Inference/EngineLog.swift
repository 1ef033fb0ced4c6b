import Formats
import HTTPModel
import Kubernetes

/// The log of one container of an engine's pod, as it is asked for.
struct EngineLog: Sendable, Hashable {
    enum Container: String, Sendable, Hashable, CaseIterable {
        case engine
        case fetch
    }

    var container: Container
    var isFollowed = false
    /// `nil`: all of it.
    var tail: Int?
}

extension EngineLog {
    /// The newest of the pods; one that ends only where there is no other.
    static func newest(of pods: [KubernetesObject]) -> KubernetesObject? {
        let living = pods.filter { !$0.isDeleting }
        return (living.isEmpty ? pods : living).max { ($0.created, $0.name) < ($1.created, $1.name) }
    }

    /// Whether the pod has the container.
    func isIn(_ pod: KubernetesObject) -> Bool {
        guard container == .fetch else { return true }
        let steps = pod.json[path: "spec", "initContainers"]?.array ?? []
        return steps.contains { $0["name"]?.string == container.rawValue }
    }

    func request(_ pod: KubernetesObject, timeout: Duration) throws(KubernetesError) -> HTTPRequest {
        let path = ["api", "v1", "namespaces", pod.namespace ?? "", "pods", pod.name, "log"]
        var request = try RequestBuilder().get(path: path)
        request.target += "?container=\(container.rawValue)"
        if isFollowed { request.target += "&follow=true" }
        if let tail { request.target += "&tailLines=\(tail)" }
        request.headers["Accept"] = "text/plain, application/json"
        request.timeout = timeout
        return request
    }

    /// A line as it is shown.
    static func text(_ line: [UInt8]) -> String {
        let bytes = line.last == UInt8(ascii: "\r") ? line.dropLast() : line[...]
        return String(decoding: bytes, as: UTF8.self).escapingControlsInProse() + "\n"
    }
}

extension KubernetesObject {
    /// RFC 3339, which sorts as it reads.
    fileprivate var created: String { json[path: "metadata", "creationTimestamp"]?.string ?? "" }
}
