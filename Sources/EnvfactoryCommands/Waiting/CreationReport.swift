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
        let ready = try await ObjectWait<Subject>(connection, context, object).until(.ready, within: wait.timeout)
        if isWhole { try context.console.printOutcome(nil, ready ?? object, as: resource) }
    }
}
