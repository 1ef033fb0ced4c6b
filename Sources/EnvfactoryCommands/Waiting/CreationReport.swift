import Kubernetes

/// How the creation of an object is told, and waited for where that is asked.
struct CreationReport<Subject: Awaited>: Sendable {
    let connection: ClusterConnection
    let context: CommandContext
    let isDryRun: Bool
    let wait: WaitOptions

    /// Says its name before any wait, however that ends; the whole object after it.
    func tell(_ object: KubernetesObject) async throws {
        let resource = Subject.resource
        guard !isDryRun else {
            return try context.console.printOutcome("would be created (dry run)", object, as: resource)
        }
        guard wait.isOn else { return try context.console.printOutcome(nil, object, as: resource) }
        let isWhole = context.console.format == .json || context.console.format == .yaml
        if !isWhole { try context.console.printOutcome(nil, object, as: resource) }
        let ready = try await ready(object)
        if isWhole { try context.console.printOutcome(nil, ready ?? object, as: resource) }
    }

    private func ready(_ object: KubernetesObject) async throws -> KubernetesObject? {
        do {
            return try await ObjectWait<Subject>(connection, context, object).until(.ready, within: wait.timeout)
        } catch var failure as CommandFailure where failure.code == .interrupted {
            failure.hints.append("'\(Subject.commands) delete \(object.name)' takes it away")
            throw failure
        }
    }
}

extension ClusterConnection {
    /// Creates an object; nobody is left to guess whether it is there, whatever happens to the request.
    func create<Subject: Awaited>(
        _ subject: Subject.Type, _ object: KubernetesObject, dryRun: Bool = false
    ) async throws -> KubernetesObject {
        do {
            return try await client.create(object, as: Subject.resource, dryRun: dryRun)
        } catch is CancellationError where !dryRun {
            throw CommandFailure(
                .interrupted,
                "interrupted while \(Subject.noun) \(object.name) was being created: it may be there all the same",
                hints: [
                    "'\(Subject.commands) get \(object.name)' shows it, "
                        + "'\(Subject.commands) delete \(object.name)' takes it away"
                ])
        }
    }
}
