import Formats
package import Kubernetes

extension StoredRelease {
    /// Takes a Secret; `nil` where by its name it is no release's.
    ///
    /// What it holds may be unreadable, which is said in its content and hides no other release.
    package init?(_ secret: KubernetesObject) {
        guard let (name, revision) = ReleaseWords.release(ofSecret: secret.name) else { return nil }
        (self.name, self.revision) = (name, revision)
        namespace = secret.namespace ?? ""
        uid = secret.uid ?? ""
        resourceVersion = secret.resourceVersion ?? ""
        operation = secret.annotation(ReleaseWords.operation)
        appliedDigest = secret.annotation(ReleaseWords.appliedDigest)
        let done: String = secret.annotation(ReleaseWords.hooksDone) ?? ""
        hooksDone = done.split(separator: ",").compactMap { Hook.Event(rawValue: String($0)) }
        labels = [:]
        for (key, value) in secret.json[path: "metadata", "labels"]?.object ?? JSONObject()
        where !ReleaseWords.systemLabels.contains(key) {
            labels[key] = value.string
        }
        createdAt = secret.label("createdAt").flatMap { Int64($0) }
        modifiedAt = secret.label("modifiedAt").flatMap { Int64($0) }
        members = []
        do throws(HelmError) {
            content = .success(try Self.release(in: secret, name: name, revision: revision))
        } catch {
            content = .failure(HelmError("release Secret \(namespace)/\(secret.name) cannot be read: \(error)"))
        }
    }

    /// Takes a Secret of the release of a scope, with what its manifest names.
    package init?(_ secret: KubernetesObject, in scope: ReleaseScope) {
        self.init(secret)
        guard name == scope.name, namespace == scope.namespace else { return nil }
        guard let release else { return }
        do throws(HelmError) {
            members = try ReleaseMember.members(of: release.manifest, in: scope)
        } catch {
            content = .failure(HelmError("release Secret \(namespace)/\(secret.name) cannot be read: \(error)"))
        }
    }

    private static func release(
        in secret: KubernetesObject, name: String, revision: Int
    ) throws(HelmError) -> Release {
        guard let data = secret.json[path: "data", "release"]?.string else {
            throw HelmError("it has no key \"release\"")
        }
        guard let text = Base64.decode(data) else { throw HelmError("it is no base64") }
        let release: Release = try ReleaseReading.release(String(decoding: text, as: UTF8.self))
        guard release.name == name, release.revision == revision, release.namespace == secret.namespace ?? "" else {
            throw HelmError(
                "it holds another release, \(release.namespace.shown)/\(release.name.shown) v\(release.revision)")
        }
        return release
    }
}
