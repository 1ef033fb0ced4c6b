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

    private static let watch = Flag("watch", short: "w", "Go on with what comes, until it is interrupted.")

    static let description = CommandDescription(
        "events",
        summary: "Tell what happened to an environment",
        why: """
            Shows what the API server still knows, oldest first: what was told of the environment itself, and all that \
            happened in its namespace of the host, such as a control plane that finds no node. Events are kept for an \
            hour on most servers. Where only one of the two may be read, that one is shown.
            """,
        positionals: [.environment],
        options: [types, watch],
        example: "envfactory events pr-42 --watch\nenvfactory events pr-42 --types Warning -o yaml",
        printsObjects: true
    )

    private let name: String
    /// `nil`: all.
    private let types: [String]?
    private let isWatched: Bool

    init(_ arguments: ParsedArguments) throws(UsageError) {
        name = try arguments.required(.environment)
        types = arguments[Self.types]?.map(\.rawValue)
        isWatched = arguments[Self.watch]
    }

    func run(_ context: CommandContext) async throws {
        let connection = try context.connect()
        let scopes = EventScope.all(about: try await connection.environment(name), isWatched: isWatched)
        let (events, readable) = try await found(in: scopes, connection, context)
        guard isWatched else {
            if events.isEmpty, context.console.format == .table {
                return try context.console.note("no events of environment \(name)")
            }
            return try context.console.print(events.map(\.object), as: .coreEvents) {
                Table(seen: events.map(\.line), now: connection.now)
            }
        }
        if events.isEmpty { try context.console.note("no events of environment \(name) yet") }
        let printer = EventPrinter(context.console, now: { connection.now })
        try printer.print(events)
        try await connection.follow(readable, context) { try printer.print(chosen($0)) }
    }

    /// What may be seen, in order, and where; what may not is told, unless that is all of it.
    private func found(
        in scopes: [EventScope], _ connection: ClusterConnection, _ context: CommandContext
    ) async throws -> (events: [EventSeen], readable: [EventScope]) {
        var events: [KubernetesObject] = []
        var readable: [EventScope] = []
        var refusals: [KubernetesError] = []
        for scope in scopes {
            do {
                events += try await connection.events(in: scope)
                readable.append(scope)
            } catch let error as KubernetesError where error.code == .forbidden {
                refusals.append(error)
            }
        }
        if let first = refusals.first, readable.isEmpty { throw first }
        for error in refusals { try context.console.warn("events are left out: \(error.message)") }
        return (chosen(events), readable)
    }

    private func chosen(_ events: [KubernetesObject]) -> [EventSeen] {
        EventSeen.sorted(events).filter { types?.contains($0.line.type) ?? true }
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
