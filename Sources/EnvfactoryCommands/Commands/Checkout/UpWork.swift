import EnvironmentAPI
import Formats
import Kubernetes

/// Brings the environment of a checkout into being: looks, decides, acts, and looks again where somebody was faster.
struct UpWork: Sendable {
    let connection: ClusterConnection
    let context: CommandContext
    let checkout: Checkout
    let wishes: EnvironmentWishes
    /// By the monotonic clock, for all waits together.
    let deadline: Duration

    /// Another run of the same pull request may act at the same time.
    private static let tries = 8

    /// The living environment, as it is after what was to be done.
    func present() async throws -> KubernetesObject {
        var tries = Self.tries
        while true {
            do {
                if let object = try await step() { return object }
            } catch let error as KubernetesError where error.isLostRace && tries > 1 {
                tries -= 1
            }
        }
    }

    /// Waits as long as is left of the time.
    func wait(_ object: KubernetesObject, _ goal: WaitGoal) async throws -> KubernetesObject? {
        let rest = max(deadline - context.time.monotonic, .milliseconds(1))
        do {
            return try await EnvironmentWait(connection, context, object).until(goal, within: rest)
        } catch var failure as CommandFailure where failure.code == .interrupted {
            failure.hints = ["the same 'envfactory up' goes on with it, 'envfactory down' takes it away"]
            throw failure
        }
    }

    /// One look and what follows from it; `nil` where it has to be looked again.
    private func step() async throws -> KubernetesObject? {
        let found = try await connection.client.find(connection.key(checkout.name))
        switch UpDecision(found.map(Environment.init(from:)), className: wishes.className) {
        case .create: return try await create()
        case .refuse(let failure): throw failure
        case .reuse:
            guard let found else { return nil }
            try checkout.requireOwn(Environment(from: found))
            return try await update(found)
        case .replace:
            guard let found else { return nil }
            try checkout.requireOwn(Environment(from: found))
            try context.console.note("environment \(checkout.name) has ended: a new one takes its place")
            if try await !connection.delete(found, of: .environments) { _ = try await wait(found, .gone) }
            return nil
        case .awaitEnd:
            if let found { _ = try await wait(found, .gone) }
            return nil
        }
    }

    private func create() async throws -> KubernetesObject {
        let preflight = EnvironmentPreflight(client: connection.client)
        guard let className = wishes.className else {
            throw UsageError("there is no environment \(checkout.name) yet: say of which class, with --class")
        }
        let environmentClass = try await preflight.environmentClass(className)
        var spec = Environment.Spec(environmentClassName: className, source: checkout.source)
        wishes.apply(to: &spec, environmentClass)
        let metadata = ObjectMetadata(name: checkout.name, namespace: connection.namespace)
        let environment = Environment(metadata: metadata, spec: spec)
        try preflight.check(environment, environmentClass)
        let object = try await connection.create(Environment.self, environment.object)
        try context.console.note("environment \(checkout.name) created in namespace \(connection.namespace)")
        return object
    }

    /// Changes what differs from the wishes; a longer life that somebody gave it stays.
    private func update(_ object: KubernetesObject) async throws -> KubernetesObject {
        let environment = Environment(from: object)
        var wanted = environment.spec
        let environmentClass: EnvironmentClass?
        if wishes.parameters.isEmpty {
            environmentClass = nil
        } else {
            environmentClass = try await EnvironmentPreflight(client: connection.client)
                .environmentClass(environment.spec.environmentClassName)
        }
        wishes.apply(to: &wanted, environmentClass)
        if let ttl = environment.spec.ttl, let new = wanted.ttl { wanted.ttl = max(ttl, new) }
        wanted.source = checkout.source ?? wanted.source
        guard wanted != environment.spec, let change = environment.spec.json.mergePatch(to: wanted.json) else {
            try context.console.note("environment \(checkout.name) is re-used")
            return object
        }
        var metadata: JSONValue = [:]
        metadata["uid"] = object.uid.map(JSONValue.string)
        metadata["resourceVersion"] = object.resourceVersion.map(JSONValue.string)
        let changed = try await connection.client.patch(
            connection.key(checkout.name), .merge, ["metadata": metadata, "spec": change])
        try context.console.note("environment \(checkout.name) is re-used, and brought up to date")
        return changed
    }
}

extension KubernetesError {
    /// Somebody else created, changed or deleted the object between the look and the write.
    fileprivate var isLostRace: Bool {
        switch code {
        case .alreadyExists, .conflict: true
        case .notFound: subject != nil
        default: false
        }
    }
}
