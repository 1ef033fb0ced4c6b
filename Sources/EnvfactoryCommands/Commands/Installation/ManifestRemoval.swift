import EnvironmentAPI
import Formats
import Kubernetes

/// Deletes what an installation applied, and never what users made with it.
struct ManifestRemoval: Sendable {
    enum Outcome: Sendable {
        case deleted, absent
        /// It has one of our names, but not our label.
        case foreign
        /// A definition whose deletion would delete environments or endpoints.
        case kept
    }

    /// What users have made.
    struct UsersObjects: Sendable, Hashable {
        var environments: Int
        var endpoints: Int
        var classes: Int

        var isEmpty: Bool { environments == 0 && endpoints == 0 && classes == 0 }
        var text: String {
            [
                (environments, "environment", "environments"),
                (endpoints, "inference endpoint", "inference endpoints"), (classes, "class", "classes"),
            ]
            .filter { $0.0 > 0 }.map { "\($0.0) \($0.0 == 1 ? $0.1 : $0.2)" }.joined(separator: " and ")
        }
    }

    let client: KubernetesClient
    let time: any TimeSource

    func usersObjects() async throws -> UsersObjects {
        UsersObjects(
            environments: try await count(.environments), endpoints: try await count(.inferenceEndpoints),
            classes: try await count(.environmentClasses))
    }

    private func count(_ resource: APIResource) async throws -> Int {
        do {
            return try await client.listAll(resource, ListOptions(limit: 500, metadataOnly: true)).items.count
        } catch let error as KubernetesError where error.isAboutUnservedResource {
            return 0
        }
    }

    /// Nothing is left that must be taken down with proof.
    private func areEnded() async throws -> Bool {
        guard try await count(.environments) == 0 else { return false }
        return try await count(.inferenceEndpoints) == 0
    }

    func remove(_ installed: InstalledObject) async throws -> Outcome {
        guard let found = try await find(installed), let uid = found.uid else { return .absent }
        guard found.label(Words.Label.partOf) == installed.object.label(Words.Label.partOf) else { return .foreign }
        // Looked at again now, since somebody may have made one since.
        if installed.isDefinition, try await !areEnded() { return .kept }
        _ = try await client.delete(installed.key, DeletePreconditions(uid: uid))
        return .deleted
    }

    /// `nil` as well where the server does not know the kind, as older ones do not know admission policies.
    private func find(_ installed: InstalledObject) async throws -> KubernetesObject? {
        do {
            return try await client.find(installed.key, metadataOnly: true)
        } catch let error as KubernetesError where error.code == .notFound {
            return nil
        }
    }

    func awaitEnd(of removed: [InstalledObject]) async throws {
        let deadline = time.monotonic + InstallationOptions.patience
        for object in removed {
            while try await find(object)?.isDeleting == true {
                guard time.monotonic < deadline else {
                    throw CommandFailure(
                        .timedOut,
                        "\(object.reference) is still there after \(InstallationOptions.patience.shortText)",
                        hints: ["its finalizers and conditions say what holds it"])
                }
                try await time.sleep(for: InstallationOptions.interval)
            }
        }
    }
}
