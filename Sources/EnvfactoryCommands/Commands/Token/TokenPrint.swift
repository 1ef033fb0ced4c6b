import Formats
import HTTPModel
import Kubernetes

/// `envfactory token`.
struct TokenPrint: Command {
    private static let audience = Valued<String>(
        "audience", "name", "For whom the token is: what the cluster accepts; kubernetes unless given.")

    static let description = CommandDescription(
        "token",
        summary: "Print the CI run's own identity, for a kubeconfig",
        why: """
            A kubeconfig's exec plugin: gives kubectl and envfactory the token by which the CI system says which \
            repository and which branch this run is of, where the cluster trusts that system (OpenID Connect). So \
            no secret is kept in the CI. GitHub and Forgejo give it to jobs with 'permissions: id-token: write', GitLab \
            to those with 'id_tokens: {ENVFACTORY_ID_TOKEN: {aud: …}}'. It is a credential: print it nowhere else.
            """,
        options: [audience],
        example: """
            envfactory token --audience kubernetes
            kubectl config set-credentials ci --exec-command=envfactory --exec-arg=token \\
              --exec-interactive-mode=Never \\
              --exec-api-version=client.authentication.k8s.io/v1
            """
    )

    private let audience: String

    init(_ arguments: ParsedArguments) throws(UsageError) {
        audience = arguments[Self.audience] ?? "kubernetes"
    }

    func run(_ context: CommandContext) async throws {
        let token = try await PipelineToken(audience: audience, context).text()
        try context.console.print(ExecAnswer(token, info: context.filledVariable("KUBERNETES_EXEC_INFO")).text)
    }
}

/// The token by which a CI system says who runs.
private struct PipelineToken {
    let audience: String
    let context: CommandContext

    init(audience: String, _ context: CommandContext) {
        (self.audience, self.context) = (audience, context)
    }

    func text() async throws -> String {
        if let token = context.filledVariable("ENVFACTORY_ID_TOKEN") { return token }
        guard let url = context.filledVariable("ACTIONS_ID_TOKEN_REQUEST_URL"),
            let secret = context.filledVariable("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
        else {
            throw CommandFailure(
                .usage, "this is no CI run that has an identity",
                hints: [
                    "GitHub and Forgejo give one to a job with 'permissions: id-token: write', but not to one "
                        + "that a fork's pull request started",
                    "GitLab gives one to a job with 'id_tokens: {ENVFACTORY_ID_TOKEN: {aud: \(audience)}}'",
                ])
        }
        return try await ask(url, secret)
    }

    private func ask(_ url: String, _ secret: String) async throws -> String {
        let joint = url.contains("?") ? "&" : "?"
        var request = HTTPRequest(
            .get, "\(url)\(joint)audience=\(RequestTarget.escape(audience))", bodyLimit: 1 << 16)
        request.headers["Authorization"] = "Bearer \(secret)"
        request.headers["Accept"] = "application/json"
        request.timeout = .seconds(30)
        let response: HTTPResponse
        do {
            response = try await context.surroundings.repositories(nil).send(request)
        } catch let error as HTTPTransportError {
            throw CommandFailure(.unreachable, "the CI system was not reached for this run's token: \(error.message)")
        }
        let answer = response.status == 200 ? JSONValue(ifReadable: response.body) : nil
        guard let token = answer?["value"]?.string, !token.isEmpty else {
            throw CommandFailure(
                .rejected, "the CI system gave this run no token: it answered with status \(response.status)")
        }
        return token
    }
}

/// What an exec plugin prints.
private struct ExecAnswer {
    private let token: String
    private let version: String

    init(_ token: String, info: String?) {
        self.token = token
        let asked = info.flatMap { JSONValue(ifReadable: Array($0.utf8)) }?["apiVersion"]?.string
        version = asked ?? "client.authentication.k8s.io/v1"
    }

    var text: String {
        var status: JSONValue = ["token": .string(token)]
        if let end = expiry { status["expirationTimestamp"] = .string("\(end)") }
        let answer: JSONValue = ["apiVersion": .string(version), "kind": "ExecCredential", "status": status]
        return answer.text() + "\n"
    }

    /// What the token says of its own end: by that alone it is asked for again in time.
    private var expiry: Timestamp? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        let plain = String(parts[1].map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        let padded = plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        guard let claims = Base64.decode(padded), let seconds = JSONValue(ifReadable: claims)?["exp"]?.integer,
            (0...253_402_300_799).contains(seconds)
        else { return nil }
        return Timestamp(sinceEpoch: .seconds(seconds))
    }
}
