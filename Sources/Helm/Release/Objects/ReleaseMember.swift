package import Kubernetes

/// An object that some revision named.
package struct ReleaseMember: Sendable, Hashable {
    package var key: ObjectKey
    /// `helm.sh/resource-policy: keep`: it stays where the release goes.
    package var isKept: Bool

    /// What a stored manifest names of what may be written at all; the rest was not made by us.
    static func members(of manifest: String, in scope: ReleaseScope) throws(HelmError) -> [ReleaseMember] {
        var members: [ReleaseMember] = []
        for text in Manifest.split(manifest) {
            for object in try ManifestDocument.objects(in: text, path: ManifestDocument.source(of: text)) {
                guard let key = scope.key(of: object), object.namespace ?? scope.namespace == scope.namespace else {
                    continue
                }
                members.append(ReleaseMember(key: key, isKept: object.isKept))
            }
        }
        return members
    }
}

extension ReleaseScope {
    /// Which object of this release's namespace it is; `nil` where its kind may not be written, or it has no name.
    func key(of object: KubernetesObject) -> ObjectKey? {
        guard !object.name.isEmpty, let resource = kinds.resource(group: object.group, kind: object.kind) else {
            return nil
        }
        return ObjectKey(resource, namespace: namespace, name: object.name)
    }
}

extension KubernetesObject {
    /// The part of the apiVersion before its slash.
    var group: String {
        let parts: [Substring] = apiVersion.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 ? String(parts[0]) : ""
    }

    /// The part of the apiVersion after its slash.
    var version: String { String(apiVersion.split(separator: "/").last ?? "") }

    /// `helm.sh/resource-policy: keep`, however it is spelled.
    var isKept: Bool { annotation(ReleaseWords.resourcePolicy)?.trimmed.lowercased() == "keep" }
}
