import EnvironmentAPI
import Formats
import Kubernetes

/// Applies one object after the other, and finds out what that changed.
struct ManifestApplication: Sendable {
    enum Outcome: String, Sendable {
        case created, changed, unchanged
    }

    let client: KubernetesClient
    let isDryRun: Bool
    let isForced: Bool

    func apply(_ installed: InstalledObject, namespaceIsMissing: Bool) async throws -> Outcome {
        // A dry run creates no namespace, so what would be in it cannot be asked of the server.
        if namespaceIsMissing, installed.resource.isNamespaced { return .created }
        let before = try await client.find(installed.key, metadataOnly: true)
        if let before, before.isDeleting {
            throw CommandFailure(
                .rejected, "\(installed.reference) is being deleted: wait until it is gone, then install again")
        }
        do {
            let after = try await client.apply(
                installed.object, to: installed.resource, expecting: .any, force: isForced, dryRun: isDryRun)
            guard let before else { return .created }
            return hasChanged(before, after, installed) ? .changed : .unchanged
        } catch let error as KubernetesError where error.code == .conflict && !error.causes.isEmpty {
            throw CommandFailure(
                .rejected, error.message, details: error.causes.map { "\($0.field): \($0.message)" },
                hints: ["--force takes these fields over"])
        }
    }

    /// A write that changes nothing leaves the resourceVersion; a dry run never moves it, so there the content tells.
    private func hasChanged(_ before: KubernetesObject, _ after: KubernetesObject, _ installed: InstalledObject) -> Bool
    {
        guard isDryRun else { return before.resourceVersion != after.resourceVersion }
        return before.generation != after.generation
            || before.json[path: "metadata", "labels"] != after.json[path: "metadata", "labels"]
    }
}
