import EnvironmentAPI
import Formats
import Kubernetes

/// `envfactory class list`.
struct ClassList: Command {
    static let description = CommandDescription(
        "class", "list",
        summary: "List the classes of environments",
        why:
            "A class is what the platform team has decided once: isolation, limits, lifetimes. An environment names one.",
        example: "envfactory class list",
        printsObjects: true
    )

    init(_ arguments: ParsedArguments) throws(UsageError) {}

    func run(_ context: CommandContext) async throws {
        let connection = try context.connect()
        let objects = try await connection.client.listAll(.environmentClasses).items
        if objects.isEmpty, context.console.format == .table {
            return try context.console.note("no classes: ask whoever runs this cluster for one")
        }
        try context.console.print(objects, as: .environmentClasses) {
            Table(objects.map(EnvironmentClass.init(from:)), now: connection.now)
        }
    }
}

extension Table {
    /// Classes, one a row.
    init(_ classes: [EnvironmentClass], now: Timestamp) {
        self.init("NAME", "ISOLATION", "DEFAULT", "MAXIMUM", "ACCEPTED", "AGE", "DESCRIPTION")
        for item in classes {
            let accepted = item.status.conditions.first { $0.type == ConditionType.accepted.rawValue }
            add(
                item.metadata.name, item.spec.isolation?.rawValue ?? "<unknown>",
                item.spec.lifetime.effectiveDefault.shortText, item.spec.lifetime.maximum.shortText,
                accepted?.reason ?? "Pending",
                item.metadata.creationTimestamp.map { Age.text(now - $0) } ?? "<unknown>",
                accepted?.status == .isFalse ? accepted?.message ?? "" : item.spec.description ?? "")
        }
    }
}
