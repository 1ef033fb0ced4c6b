import Formats
import HTTPModel
import Kubernetes

/// The log of one container of a pod, as it is asked for.
struct PodLog: Sendable, Hashable {
    /// `nil`: the one that the pod itself puts first.
    var container: String?
    var isFollowed = false
    /// `nil`: all of it.
    var tail: Int?
    /// `nil`: from its beginning.
    var since: Duration?
    /// Of the container before it was started anew.
    var isPrevious = false
    var hasTimestamps = false
}

extension PodLog {
    /// The newest of the pods; one that ends only where there is no other.
    static func newest(of pods: [KubernetesObject]) -> KubernetesObject? {
        let living = pods.filter { !$0.isDeleting }
        return (living.isEmpty ? pods : living).newest
    }

    /// As ``newest(of:)``, of those that are ready where one is.
    static func readiest(of pods: [KubernetesObject]) -> KubernetesObject? {
        newest(of: pods.filter(\.isReadyPod)) ?? newest(of: pods)
    }

    /// All containers of a pod, those that do its work first.
    static func containers(of pod: KubernetesObject) -> [String] {
        ["containers", "initContainers", "ephemeralContainers"].flatMap { list in
            (pod.json[path: "spec", list]?.array ?? []).compactMap { $0["name"]?.string }
        }
    }

    /// The container that is meant; `nil` where the pod does not have it.
    func container(in pod: KubernetesObject) -> String? {
        let names = Self.containers(of: pod)
        if let container { return names.contains(container) ? container : nil }
        let chosen = pod.json[path: "metadata", "annotations", "kubectl.kubernetes.io/default-container"]?.string
        return chosen.flatMap { names.contains($0) ? $0 : nil } ?? names.first
    }

    func request(
        _ pod: KubernetesObject, container: String, timeout: Duration
    ) throws(KubernetesError) -> HTTPRequest {
        let path = ["api", "v1", "namespaces", pod.namespace ?? "", "pods", pod.name, "log"]
        var request = try RequestBuilder().get(path: path)
        request.target += "?container=\(container)"
        if isFollowed { request.target += "&follow=true" }
        if let tail { request.target += "&tailLines=\(tail)" }
        if let since { request.target += "&sinceSeconds=\(since.wholeSeconds)" }
        if isPrevious { request.target += "&previous=true" }
        if hasTimestamps { request.target += "&timestamps=true" }
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

extension ClusterConnection {
    /// The pods with these labels, whose logs are meant.
    func loggedPods(_ selector: String, in namespace: String) async throws -> [KubernetesObject] {
        let options = ListOptions(labelSelector: selector, limit: 500)
        return try await namingLogRights(in: namespace) {
            try await client.listAll(.pods, namespace: namespace, options).items
        }
    }

    /// Prints the log of a pod's container, line by line as it comes.
    ///
    /// - Throws: `KubernetesError` where the server gives none, which it says before the first line.
    func show(_ log: PodLog, container: String, of pod: KubernetesObject, _ context: CommandContext) async throws {
        try await namingLogRights(in: pod.namespace ?? "") {
            let request = try log.request(pod, container: container, timeout: client.timeouts.read)
            let response = try await client.transport.stream(request) { line in
                try context.console.print(PodLog.text(line))
            }
            guard response.isSuccess else { throw KubernetesError(response: response) }
        }
    }

    private func namingLogRights<Value>(in namespace: String, _ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as KubernetesError where error.code == .forbidden {
            throw CommandFailure(
                .forbidden, error.message,
                hints: [
                    "ask whoever runs this cluster for a role in namespace \(namespace) that may list pods and get "
                        + "pods/log"
                ])
        }
    }
}

extension Duration {
    /// In seconds, rounded up.
    fileprivate var wholeSeconds: Int64 { components.seconds + (components.attoseconds > 0 ? 1 : 0) }
}
