import EnvironmentAPI
import Formats
import Kubernetes

/// `envfactory extend`.
struct EnvironmentExtend: Command {
    private static let ttl = Valued<Duration>("ttl", "duration", "The new time to live, from its creation.")
    private static let by = Valued<Duration>("by", "duration", "How much longer than now.")

    static let description = CommandDescription(
        "extend",
        summary: "Let an environment live longer, or shorter",
        why: """
            Moves the end by changing spec.ttl, never past the class's maximum. What has ended cannot be extended. An \
            extension and an end that race are decided by the API server: the one that comes first holds. Where the \
            environment comes from a manifest, change the ttl there too, or the next apply undoes this.
            """,
        positionals: [.environment],
        options: [ttl, by],
        example: "envfactory extend pr-42 --by 12h",
        printsObjects: true
    )

    private let name: String
    private let wish: ExtensionPlan.Wish

    init(_ arguments: ParsedArguments) throws(UsageError) {
        name = try arguments.required(.environment)
        switch (arguments[Self.ttl], arguments[Self.by]) {
        case (let ttl?, nil): wish = .ttl(ttl)
        case (nil, let more?): wish = .by(more)
        default: throw UsageError("say how long: give either --ttl, from its creation, or --by, from now on")
        }
    }

    func run(_ context: CommandContext) async throws {
        let connection = try context.connect()
        // Somebody else may change the object between the look and the write: then it is looked at anew.
        var tries = 5
        while true {
            do {
                return try await extend(connection, context)
            } catch let error as KubernetesError where error.code == .conflict && tries > 1 {
                tries -= 1
            }
        }
    }

    private func extend(_ connection: ClusterConnection, _ context: CommandContext) async throws {
        let object = try await connection.environment(name)
        let environment = Environment(from: object)
        let lifetime = try await lifetime(environment, connection)
        let plan = try ExtensionPlan(wish, environment, lifetime, now: connection.now)
        if let cap = plan.cap {
            try context.console.warn(
                "class \(environment.spec.environmentClassName) allows \(cap.shortText) at most: it gets that")
        }
        guard !plan.isUnchanged else { return try report(plan, object, connection, context) }
        let others = Environment.otherOwners(
            ofTTL: object.json[path: "metadata", "managedFields"], than: CommandContext.fieldManager)
        let changed = try await connection.client.patch(
            connection.key(name), .merge, Self.patch(object, ttl: plan.ttl))
        if let other = others.first {
            try context.console.warn(
                "\(other) set spec.ttl, and undoes this when it applies its manifest again: change the ttl there too")
        }
        try report(plan, changed, connection, context)
    }

    /// The class as it is, else as the operator last saw it.
    private func lifetime(
        _ environment: Environment,
        _ connection: ClusterConnection
    ) async throws -> EnvironmentClass.Lifetime? {
        let resolved = environment.status.resolvedClass.map { EnvironmentClass.Spec(json: $0.spec).lifetime }
        let key = ObjectKey(.environmentClasses, name: environment.spec.environmentClassName)
        do {
            guard !key.name.isEmpty, let object = try await connection.client.find(key) else { return resolved }
            return EnvironmentClass(from: object).spec.lifetime
        } catch let error as KubernetesError where error.code == .forbidden {
            return resolved
        }
    }

    /// Holds only for the object that was looked at, as it was.
    private static func patch(_ object: KubernetesObject, ttl: Duration) -> JSONValue {
        var metadata: JSONValue = [:]
        metadata["uid"] = object.uid.map(JSONValue.string)
        metadata["resourceVersion"] = object.resourceVersion.map(JSONValue.string)
        return ["metadata": metadata, "spec": ["ttl": .string(ttl.shortText)]]
    }

    private func report(
        _ plan: ExtensionPlan,
        _ object: KubernetesObject,
        _ connection: ClusterConnection,
        _ context: CommandContext
    ) throws {
        let rest = Age.text(plan.expiresAt - connection.now)
        let text = "ends at \(plan.expiresAt), in \(rest)" + (plan.isUnchanged ? ", as before" : "")
        try context.console.printOutcome(text, object, as: .environments)
    }
}
