import Formats
package import HTTPModel
package import Kubernetes
import Synchronization

/// Makes connections to a port of whichever pod is ready, one WebSocket for each.
///
/// A connection of its own for every stream is what keeps them apart: one that breaks, or whose reader is slow, is
/// nobody else's business, which no multiplexed connection of Kubernetes promises.
package final class PodDialer: Sendable {
    /// Where connections go: the pods with these labels, and the port of each.
    package struct Target: Sendable, Hashable {
        package var namespace: String
        /// `app=vcluster,release=vc`.
        package var labelSelector: String
        package var port: UInt16

        package init(namespace: String, labelSelector: String, port: UInt16) {
            self.namespace = namespace
            self.labelSelector = labelSelector
            self.port = port
        }
    }

    package let target: Target
    private let client: KubernetesClient
    private let transport: any HTTPTransport
    private let time: any TimeSource
    private let random: any RandomSource
    /// How long a connection may wait for a pod and for an API server that answer.
    private let patience: Duration
    /// The pod that was last reached; looked up anew once it is not.
    private let known = Mutex<String?>(nil)

    private static let pause: Duration = .milliseconds(500)
    private static let timeout: Duration = .seconds(20)

    package init(
        _ target: Target,
        client: KubernetesClient,
        transport: any HTTPTransport,
        time: any TimeSource,
        random: any RandomSource,
        patience: Duration = .seconds(30)
    ) {
        self.target = target
        self.client = client
        self.transport = transport
        self.time = time
        self.random = random
        self.patience = patience
    }

    /// Runs `use` with a connection, and closes it; tries again, with a pod looked up anew, until there is one.
    ///
    /// - Throws: ``PodDialError`` where there is none in time, or may be none; what `use` throws.
    package func dial(_ use: (PodPortStream) async throws -> Void) async throws {
        let deadline = time.monotonic + patience
        while true {
            let failure: PodDialError
            do {
                return try await attempt(use)
            } catch let error as PodDialError {
                failure = error
            } catch {
                // What went wrong on a connection may be the pod's end.
                forget()
                throw error
            }
            forget()
            guard failure.isPassing, time.monotonic < deadline else { throw failure }
            try await time.sleep(for: Self.pause)
        }
    }

    private func forget() { known.withLock { $0 = nil } }

    private func attempt(_ use: (PodPortStream) async throws -> Void) async throws {
        let pod = try await pod()
        let port = PodPort(namespace: target.namespace, pod: pod, port: target.port)
        let handshake = WebSocketHandshake(subprotocol: PodPort.subprotocol, random: random)
        var isThere = false
        let response: HTTPResponse
        do {
            var request = try port.request()
            request.timeout = Self.timeout
            handshake.ask(in: &request)
            response = try await transport.upgrade(request) { head, stream in
                try handshake.check(head)
                isThere = true
                known.withLock { $0 = pod }
                try await use(PodPortStream(port, over: stream, random: random))
            }
        } catch let error as HTTPTransportError where !isThere {
            throw PodDialError(KubernetesError(error))
        } catch let error as WebSocketError where !isThere {
            throw PodDialError(KubernetesError(.malformedResponse, error.message))
        }
        guard response.status != 101 else { return }
        throw PodDialError(KubernetesError(response: response))
    }

    private func pod() async throws -> String {
        if let pod = known.withLock({ $0 }) { return pod }
        do {
            var options = ListOptions()
            options.labelSelector = target.labelSelector
            let pods = try await client.listAll(.pods, namespace: target.namespace, options).items
            if let pod = pods.filter(\.isReadyPod).map(\.name).min() { return pod }
            throw PodDialError(
                KubernetesError(
                    .serviceUnavailable,
                    "no pod of \(target.labelSelector) in namespace \(target.namespace) is ready: it starts, or has "
                        + "gone"))
        } catch let error as KubernetesError {
            throw PodDialError(error)
        }
    }
}

/// Why there is no connection to a pod.
package struct PodDialError: Error, Sendable, Hashable {
    package var cause: KubernetesError

    init(_ cause: KubernetesError) { self.cause = cause }

    /// Whether it may be another story in a moment: the server is away, or the pod is being replaced.
    var isPassing: Bool {
        switch cause.code {
        case .configuration, .unauthorized, .forbidden, .untrusted, .methodNotAllowed, .malformedResponse: false
        default: true
        }
    }
}
