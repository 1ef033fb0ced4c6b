import EnvironmentAPI
import Formats
import Kubernetes

/// The version of this program.
enum ProgramVersion {
    static let text = "v\(Words.Installation.version)"
}

/// `envfactory version`.
struct VersionShow: Command {
    private static let clientOnly = Flag("client", "Ask no server.")

    static let description = CommandDescription(
        "version",
        summary: "Show the versions of this program and of the server",
        why: """
            What to write in a report, and a first look at whether the host cluster answers. A server that cannot be \
            reached is told on standard error and is no failure.
            """,
        options: [clientOnly],
        example: "envfactory version --client",
        printsObjects: true
    )

    private let isClientOnly: Bool

    init(_ arguments: ParsedArguments) throws(UsageError) { isClientOnly = arguments[Self.clientOnly] }

    func run(_ context: CommandContext) async throws {
        var server: ServerVersion?
        if !isClientOnly {
            do {
                server = try await context.connect(retries: RetryPolicy(connectionTries: 1)).client.serverVersion()
            } catch let error as KubernetesError {
                try context.console.note("the server's version is not known: \(error.message)")
            }
        }
        try print(server, context.console)
    }

    private func print(_ server: ServerVersion?, _ console: Console) throws {
        var json: JSONValue = ["client": ["version": .string(ProgramVersion.text)]]
        if let server { json["server"] = ["version": .string(server.text)] }
        switch console.format {
        case .json: try console.print(json.text(indented: true) + "\n")
        case .yaml: try console.print(YAML.text(json))
        case .table, .name:
            let serverLine = server.map { "Server: \($0.text)\n" } ?? ""
            try console.print("Client: \(ProgramVersion.text)\n\(serverLine)")
        }
    }
}
