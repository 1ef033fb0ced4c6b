import EnvironmentAPI
import Formats
import Kubernetes

/// `envfactory class get`.
struct ClassGet: Command {
    private static let name = Positional("name", completes: .classes, "The name of the class.")

    static let description = CommandDescription(
        "class", "get",
        summary: "Show one class, and the parameters it takes",
        why: "What an environment of this class may ask for: its limits, lifetimes, and the parameters of --param.",
        positionals: [name],
        example: "envfactory class get review -o yaml",
        printsObjects: true
    )

    private let name: String

    init(_ arguments: ParsedArguments) throws(UsageError) { name = try arguments.required(Self.name) }

    func run(_ context: CommandContext) async throws {
        let connection = try context.connect()
        guard let object = try await connection.client.find(ObjectKey(.environmentClasses, name: name)) else {
            throw CommandFailure(
                .notFound, "there is no EnvironmentClass \(name)", hints: ["'envfactory class list' shows them"])
        }
        guard context.console.format == .table else {
            return try context.console.print(object, as: .environmentClasses) { Table() }
        }
        let read = EnvironmentClass(from: object)
        try context.console.print(Table([read], now: connection.now))
        try context.console.print(Self.details(read.spec))
    }

    private static func details(_ spec: EnvironmentClass.Spec) -> String {
        var text = ""
        if !spec.quota.isEmpty {
            var quota = Table("RESOURCE", "MAXIMUM")
            for entry in spec.quota { quota.add(entry.key, entry.value.description) }
            text += "\nQuota:\n" + quota.text(indent: "  ")
        }
        if !spec.parameters.isEmpty {
            var parameters = Table("PARAMETER", "TYPE", "DEFAULT", "DESCRIPTION")
            for parameter in spec.parameters {
                let standard = parameter.default?.text() ?? (parameter.required ? "<required>" : "<none>")
                parameters.add(parameter.name, parameter.type.rawValue, standard, parameter.description ?? "")
            }
            text += "\nParameters:\n" + parameters.text(indent: "  ")
        }
        return text
    }
}
