import EnvironmentAPI
import Kubernetes

/// `envfactory events`.
struct EnvironmentEvents: Command {
    /// The types that the API knows.
    private enum EventType: String, CaseIterable, Sendable {
        case normal = "Normal"
        case warning = "Warning"
    }

    private static let types = Valued<[EventType]>(
        "types", "Normal|Warning", "Only events of this type; several are separated by commas."
    ) { text throws(InvalidValue) in
        var types: [EventType] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let type = EventType.allCases.first(where: { $0.rawValue.lowercased() == word.lowercased() }) else {
                throw InvalidValue("write Normal, Warning or both with a comma between them")
            }
            types.append(type)
        }
        return types
    }

    static let description = CommandDescription(
        "events",
        summary: "Tell what happened to an environment",
        why: """
            Shows what the API server still knows, oldest first: what was told of the environment itself, and all that \
            happened in its namespace of the host, such as a control plane that finds no node. Events are kept for an \
            hour on most servers. Where only one of the two may be read, that one is shown.
            """,
        positionals: [.environment],
        options: [types],
        example: "envfactory events pr-42\nenvfactory events pr-42 --types Warning -o yaml",
        printsObjects: true
    )

    private let name: String
    /// `nil`: all.
    private let types: [String]?

    init(_ arguments: ParsedArguments) throws(UsageError) {
        name = try arguments.required(.environment)
        types = arguments[Self.types]?.map(\.rawValue)
    }

    func run(_ context: CommandContext) async throws {
        let connection = try context.connect()
        let events = try await found(of: try await connection.environment(name), connection, context)
        if events.isEmpty, context.console.format == .table {
            return try context.console.note("no events of environment \(name)")
        }
        try context.console.print(events.map(\.object), as: .coreEvents) {
            Table(seen: events.map(\.line), now: connection.now)
        }
    }

    /// What may be seen, in order; what may not is told, unless that is all of it.
    private func found(
        of object: KubernetesObject, _ connection: ClusterConnection, _ context: CommandContext
    ) async throws -> [EventSeen] {
        var searches: [() async throws -> [KubernetesObject]] = [{ try await connection.foundEvents(about: object) }]
        if let namespace = Environment(from: object).status.namespace?.name {
            searches.append {
                try await connection.client.listAll(.coreEvents, namespace: namespace, ListOptions(limit: 500)).items
            }
        }
        var (events, refusals): ([KubernetesObject], [KubernetesError]) = ([], [])
        for search in searches {
            do {
                events += try await search()
            } catch let error as KubernetesError where error.code == .forbidden {
                refusals.append(error)
            }
        }
        if let first = refusals.first, refusals.count == searches.count { throw first }
        for error in refusals { try context.console.warn("events are left out: \(error.message)") }
        return EventSeen.sorted(events).filter { types?.contains($0.line.type) ?? true }
    }
}

/// An Event, and what it tells.
struct EventSeen: Sendable {
    let object: KubernetesObject
    let line: EventLine

    /// Oldest first, as kubectl shows them; events of one second in the order in which they were listed.
    static func sorted(_ objects: [KubernetesObject]) -> [EventSeen] {
        objects.map { EventSeen(object: $0, line: EventLine($0)) }.enumerated().sorted {
            ($0.element.line.time, $0.offset) < ($1.element.line.time, $1.offset)
        }.map(\.element)
    }
}
