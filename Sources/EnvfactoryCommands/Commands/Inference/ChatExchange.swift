import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes

/// One prompt on its way to a model, and the answer on its way to standard output.
struct ChatExchange: Sendable {
    var prompt: String
    var system: String?
    var maxTokens: Int?
    let endpoint: InferenceEndpoint
    let route: ChatRoute
    let transport: any HTTPTransport
    let console: Console

    /// A model that goes on for ever is stopped; --max-tokens stops it sooner.
    private static let answerLimit = 16 << 20

    private struct Finished: Error {}

    /// What has been read and shown so far.
    private struct Progress {
        var stream = ChatStream()
        var byteCount = 0
        var endsLine = true
        var isThinking = false
        var reason: String?
        var isWhole = false

        var isOver: Bool { isWhole || reason != nil }
    }

    /// Asks, and shows the answer as it comes.
    func run(timeout: Duration) async throws {
        var progress = Progress()
        do {
            let response = try await transport.stream(try request(timeout)) { line in
                try show(try progress.stream.take(line), &progress)
                if progress.isWhole { throw Finished() }
            }
            guard response.isSuccess else { throw refusal(response) }
            try show(try progress.stream.finish(), &progress)
        } catch is Finished {
            // A server may keep the connection; nothing more comes.
        } catch let error as HTTPTransportError {
            // A proxy may break off what is over: an answer that said why it ends is whole.
            try show(try progress.stream.finish(), &progress)
            guard progress.isOver else {
                try endLine(&progress)
                throw failure(KubernetesError(error))
            }
        } catch {
            try endLine(&progress)
            throw error
        }
        try endLine(&progress)
        try conclude(progress)
    }

    private func request(_ timeout: Duration) throws -> HTTPRequest {
        var messages: [JSONValue] = []
        if let system { messages.append(["role": "system", "content": .string(system)]) }
        messages.append(["role": "user", "content": .string(prompt)])
        var body: JSONValue = [
            "model": .string(endpoint.spec.model.name), "messages": .array(messages), "stream": true,
        ]
        if let maxTokens { body["max_tokens"] = .integer(Int64(maxTokens)) }
        return HTTPRequest(
            .post, "\(try route.base())/v1/chat/completions",
            headers: ["Content-Type": "application/json", "Accept": "text/event-stream, application/json"],
            body: body.encoded(), timeout: timeout)
    }
}

// MARK: - The answer

extension ChatExchange {
    private func show(_ pieces: [ChatStream.Piece], _ progress: inout Progress) throws {
        for piece in pieces {
            switch piece {
            case .text(let text):
                progress.byteCount += text.utf8.count
                guard progress.byteCount <= Self.answerLimit else {
                    throw CommandFailure(
                        .rejected, "the answer is longer than \(Self.answerLimit >> 20) MiB: bound it by --max-tokens")
                }
                try console.print(text.escapingControlsInProse())
                progress.endsLine = text.last?.isNewline ?? progress.endsLine
            case .thought where !progress.isThinking:
                progress.isThinking = true
                try console.note("the model thinks; the answer follows")
            case .thought: break
            case .stopped(let reason): progress.reason = reason
            case .done: progress.isWhole = true
            }
        }
    }

    private func endLine(_ progress: inout Progress) throws {
        guard !progress.endsLine else { return }
        progress.endsLine = true
        try console.print("\n")
    }

    private func conclude(_ progress: Progress) throws {
        guard progress.isOver else {
            throw CommandFailure(
                .unreachable, "the answer broke off: what came is no whole answer of a model server",
                hints: ["'envfactory inference get \(endpoint.metadata.name)' tells whether it is ready; try again"])
        }
        if progress.reason == "length" {
            try console.note("the answer is cut off, since it has as many tokens as it may: see --max-tokens")
        } else if progress.byteCount == 0 {
            try console.note("the model answered nothing")
        }
    }
}

// MARK: - What went wrong

extension ChatExchange {
    /// The API server's own words are a `Status`; anything else comes from the model server.
    private func refusal(_ response: HTTPResponse) -> CommandFailure {
        if let json = ChatStream.json(response.body), let message = ChatStream.errorMessage(json) {
            let code = ExitCode(KubernetesError.Code(httpStatus: response.status))
            return CommandFailure(code, "the model server says: \(message)", hints: standing(code))
        }
        return failure(KubernetesError(response: response))
    }

    private func failure(_ error: KubernetesError) -> CommandFailure {
        let code = ExitCode(error.code)
        guard case .proxy(let namespace, let service, let port) = route else {
            return CommandFailure(code, "the model server does not answer: \(error.message)", hints: standing(code))
        }
        let message = "the model server is not reached through the API server: \(error.message)"
        let otherWay =
            "or reach it by a way of your own, such as 'kubectl port-forward -n \(namespace) service/\(service) \(port)', "
            + "and add --url http://localhost:\(port)"
        switch code {
        case .forbidden:
            let right = "a role in namespace \(namespace) that may create services/proxy"
            return CommandFailure(code, message, hints: ["ask whoever runs this cluster for \(right)", otherWay])
        // A network policy that lets pods through may hold the API server off.
        case .unreachable, .timedOut:
            let policy =
                "its network policy lets pods in, and no API server: where the cluster's network keeps policies for it, "
                + "ask from a pod of namespace \(endpoint.metadata.namespace)"
            let hint = endpoint.cause == nil ? [policy, otherWay] : standing(code)
            return CommandFailure(code, message, hints: hint)
        default: return CommandFailure(code, message, hints: standing(code))
        }
    }

    /// How the endpoint stood before it was asked, where that explains its silence.
    private func standing(_ code: ExitCode) -> [String] {
        guard [.unreachable, .timedOut, .notFound].contains(code), let cause = endpoint.cause else { return [] }
        return ["inference endpoint \(endpoint.metadata.name) is not ready: \(cause)"]
    }
}
