import EnvironmentAPI
import EnvironmentOperator
import HTTPModel
import Kubernetes

/// `envfactory inference chat`.
struct InferenceChat: Command {
    private static let prompt = Positional(
        "prompt", isRepeated: true, "What to ask, in one or more words; - reads it from standard input.")
    private static let system = Valued<String>("system", "text", "What the model is told before the prompt.")
    private static let maxTokens = Valued<Int>(
        "max-tokens", "count", in: 1...10_000_000, "How long the answer may be; as the server says unless given.")
    private static let url = Valued<ChatRoute>(
        "url", "address", "Where the model server is reached from here, such as http://localhost:18080.",
        reader: ChatRoute.init(reading:))

    static let description = CommandDescription(
        "inference", "chat",
        summary: "Ask a model one thing",
        why: """
            Sends one prompt and prints the answer as it comes. A model in the cluster is reached through the API \
            server, with your own rights (create services/proxy in its namespace); one beside the cluster by its own \
            address, where this machine knows it. Control characters of the answer are escaped.
            """,
        positionals: [.endpoint, prompt],
        options: [system, maxTokens, url, WaitOptions.timeout],
        example: """
            envfactory inference chat gemma why is the sky blue
            git diff | envfactory inference chat gemma --system 'Review this change.' -
            """
    )

    private let name: String
    private let words: [String]
    private let system: String?
    private let maxTokens: Int?
    private let url: ChatRoute?
    private let timeout: Duration

    init(_ arguments: ParsedArguments) throws(UsageError) {
        name = try arguments.required(.endpoint)
        words = arguments.all(Self.prompt)
        system = arguments[Self.system]
        maxTokens = arguments[Self.maxTokens]
        url = arguments[Self.url]
        timeout = WaitOptions(arguments).timeout
    }

    func run(_ context: CommandContext) async throws {
        let prompt = try prompt(context)
        let connection = try context.connect()
        let endpoint = InferenceEndpoint(from: try await connection.endpoint(name))
        let web = try context.surroundings.repositories(nil)
        let route = try await route(endpoint, web)
        let transport = if case .proxy = route { connection.client.transport } else { web }
        let exchange = ChatExchange(
            prompt: prompt, system: system, maxTokens: maxTokens, endpoint: endpoint, route: route,
            transport: transport, console: context.console)
        try await run(exchange, context)
    }

    private func prompt(_ context: CommandContext) throws -> String {
        guard words == ["-"] else { return words.joined(separator: " ") }
        var text = String(decoding: try context.surroundings.input(), as: UTF8.self)
        while text.last?.isWhitespace ?? false { text.removeLast() }
        guard !text.isEmpty else { throw UsageError("standard input is empty: write the prompt there") }
        return text
    }

    /// - Throws: where there is no way from here, what to do.
    private func route(_ endpoint: InferenceEndpoint, _ web: any HTTPTransport) async throws -> ChatRoute {
        if let url { return url }
        let route = try ChatRoute(endpoint)
        guard case .address(let address) = route else { return route }
        var request = HTTPRequest(.get, "\(address)/v1/models", bodyLimit: ModelAnswer.sizeLimit)
        request.timeout = .seconds(5)
        let answer: ModelAnswer
        do {
            answer = ModelAnswer(try await web.send(request))
        } catch let error as HTTPTransportError {
            answer = .silent(error.message)
        }
        guard let why = answer.objection(to: endpoint.spec.model.name) else { return route }
        throw Self.outOfReach(endpoint, address, why)
    }

    /// The API server leads to pods alone: neither another name nor an address beside the cluster can be asked by it.
    private static func outOfReach(
        _ endpoint: InferenceEndpoint, _ address: String, _ why: String
    ) -> CommandFailure {
        let name = endpoint.metadata.name
        var hints = [
            "say where this machine reaches it, such as --url http://localhost:\(endpoint.spec.host?.port ?? 0) on the "
                + "machine that serves it"
        ]
        if let url = endpoint.status.url { hints.append("pods of the cluster reach it at \(url)") }
        return CommandFailure(
            .unreachable,
            "inference endpoint \(name) is served beside the cluster, and not reached from here at \(address): \(why)",
            hints: hints)
    }

    private func run(_ exchange: ChatExchange, _ context: CommandContext) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await exchange.run(timeout: self.timeout) }
            group.addTask {
                try await context.time.sleep(for: self.timeout)
                throw CommandFailure(
                    .timedOut, "the answer is not whole after \(self.timeout.shortText)",
                    hints: ["--max-tokens makes it shorter, --timeout waits longer"])
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
