import CodeHosts
import Formats
package import HTTPModel
import Kubernetes
import Synchronization
import Telemetry

/// Answers `POST /hooks/github`, `gitlab`, `gitea` and `generic`: proves that a webhook is genuine, and has looked
/// where it points.
///
/// It answers at once, and changes nothing by itself.
package final class WebhookEndpoint: Sendable {
    private let watch: PullRequestWatch
    private let isLeading: @Sendable () -> Bool
    private let serverNow: @Sendable () -> Timestamp
    private let deliveries: MetricFamily<Counter>
    private let heard = Mutex(WebhookMemory())

    init(
        _ watch: PullRequestWatch, isLeading: @escaping @Sendable () -> Bool,
        serverNow: @escaping @Sendable () -> Timestamp, metrics: MetricRegistry
    ) {
        self.watch = watch
        self.isLeading = isLeading
        self.serverNow = serverNow
        deliveries = metrics.counter(
            "webhooks_total", help: "Webhooks by what came of them.", labels: ["sender", "result"])
    }

    /// What became of a webhook; a label of the metric.
    private enum Result: String {
        case heard, repeated, ignored, malformed, refused, unavailable
    }

    /// The most of a body: GitHub sends no larger one.
    package static let bodyLimit = 25 << 20

    /// The handler, for a server to call.
    package var handler: HTTPHandler {
        { request in self.answer(request) }
    }

    package func answer(_ request: HTTPRequest) -> HTTPResponse {
        guard let sender = WebhookSender(path: request.target.prefix { $0 != "?" }) else {
            return Self.text(404, "webhooks go to /hooks/github, gitlab, gitea or generic")
        }
        guard request.method == .post else {
            var response = Self.text(405, "webhooks are sent by POST")
            response.headers["Allow"] = "POST"
            return response
        }
        let (result, response) = judge(request, sender)
        deliveries(sender.rawValue, result.rawValue).increment()
        return response
    }

    private func judge(_ request: HTTPRequest, _ sender: WebhookSender) -> (Result, HTTPResponse) {
        guard isLeading(), let hosts = watch.hosts else {
            var response = Self.text(503, "this replica does not work just now: send it again")
            response.headers["Retry-After"] = "30"
            return (.unavailable, response)
        }
        let signature = WebhookSignature(request.headers, from: sender, now: serverNow())
        let candidates = hosts.filter { sender.provider == nil || sender.provider == $0.provider }
        // Several may have one secret, each for repositories of its own.
        let signers = candidates.filter { $0.signed(request.body, signature) }
        guard !signers.isEmpty else {
            return (.refused, Self.text(401, "no secret of a code host made this signature"))
        }
        let type = (request.headers["Content-Type"] ?? "").prefix { $0 != ";" }.lowercased()
        guard type == "application/json" else {
            return (.malformed, Self.text(415, "have it sent as application/json"))
        }
        return hear(request.body, signature, from: signers, sender)
    }

    private func hear(
        _ body: [UInt8], _ signature: WebhookSignature, from signers: [CodeHost], _ sender: WebhookSender
    ) -> (Result, HTTPResponse) {
        let hint: WebhookHint?
        do {
            hint = try WebhookHint(body, from: sender)
        } catch {
            return (.malformed, Self.text(400, "the body is no JSON"))
        }
        let hosts = signers.filter { hint?.passes($0) == true }
        guard let hint, let first = hosts.first else { return (.ignored, Self.text(202, "nothing follows from it")) }
        let digest = signature.digest(of: body)
        let isNew = heard.withLock {
            $0.isNew(
                digest, delivery: signature.delivery, state: hint.state, of: "\(hint.repository) \(hint.subject)",
                from: first.name)
        }
        guard isNew else { return (.repeated, Self.text(202, "it was heard before")) }
        let count = hosts.reduce(0) { $0 + watch.hear(hint, from: $1) }
        return (count > 0 ? .heard : .ignored, Self.text(202, "\(count) environments are looked after"))
    }

    private static func text(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: ["Content-Type": "text/plain; charset=utf-8"], body: Array((text + "\n").utf8))
    }
}

extension CodeHost {
    fileprivate func signed(_ body: [UInt8], _ signature: WebhookSignature) -> Bool {
        signature.isGenuine(body, webhookSecrets.map(\.secret))
    }
}
