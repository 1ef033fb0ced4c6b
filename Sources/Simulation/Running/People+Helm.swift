import EnvironmentAPI
import Formats
import Helm
import Kubernetes

/// What people do with a `helm` of their own.
extension People {
    /// Writes the newest revision once more, as an upgrade that has begun.
    func beginUpgrade(_ name: String) async throws {
        let newest = try await revisions(of: name).last
        guard var release = newest?.release, !release.status.isPending else {
            throw KubernetesError(.conflict, "another operation is in progress")
        }
        release.revision += 1
        release.info.status = .pendingUpgrade
        let name = ReleaseWords.secretName(release.name, revision: release.revision)
        var secret = KubernetesObject(.secrets, namespace: release.namespace, name: name)
        secret["type"] = .string(ReleaseWords.secretType)
        secret["metadata"]?["labels"] = [
            "owner": "helm", "name": .string(release.name), "status": .string(release.status.rawValue),
            "version": .string("\(release.revision)"),
        ]
        // Helm's own base64, in that of every Secret.
        let text = Base64.encode(release.packed)
        secret["data"] = ["release": .string(Base64.encode(Array(text.utf8)))]
        _ = try await client.create(secret, as: .secrets)
    }

    /// Deletes the record of such an upgrade.
    func abandonUpgrade(_ name: String) async throws {
        guard let stored = try await revisions(of: name).last(where: { $0.operation == nil }) else { return }
        let secret = ReleaseWords.secretName(stored.name, revision: stored.revision)
        let key = ObjectKey(.secrets, namespace: stored.namespace, name: secret)
        _ = try await client.delete(key, DeletePreconditions(uid: stored.uid))
    }

    private func revisions(of name: String) async throws -> [StoredRelease] {
        let options = ListOptions(labelSelector: "owner=helm,name=\(Naming.release(of: name))")
        let secrets = try await client.listAll(.secrets, namespace: try await hostNamespace(of: name), options).items
        return secrets.compactMap { StoredRelease($0) }.sorted { $0.revision < $1.revision }
    }
}
