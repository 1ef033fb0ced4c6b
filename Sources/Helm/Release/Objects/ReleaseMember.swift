package import Kubernetes

/// An object that some revision named.
package struct ReleaseMember: Sendable, Hashable {
    package var key: ObjectKey
    /// `helm.sh/resource-policy: keep`: it stays where the release goes.
    package var isKept: Bool

    /// What a stored manifest names of what may be written at all; the rest was not made by us.
    static func members(of manifest: String, in scope: ReleaseScope) throws(HelmError) -> [ReleaseMember] {
        guard manifest.utf8.count <= ReleaseScope.maximumManifest else {
            throw HelmError("its manifest is larger than \(ReleaseScope.maximumManifest) bytes")
        }
        var members: [ReleaseMember] = []
        for text in Manifest.split(manifest) {
            for object in try ManifestDocument.objects(in: text, path: ManifestDocument.source(of: text)) {
                guard let key = scope.key(of: object), object.namespace ?? scope.namespace == scope.namespace else {
                    continue
                }
                members.append(ReleaseMember(key: key, isKept: object.isKept))
            }
        }
        guard members.count <= ReleaseScope.maximumObjects else {
            throw HelmError("it names more than \(ReleaseScope.maximumObjects) objects")
        }
        return members
    }
}

extension ReleaseScope {
    /// Bytes of a manifest: whoever may write Secrets may write a long one.
    static let maximumManifest = 8 << 20
    /// Objects of a release, each of which is looked at.
    static let maximumObjects = 1_000

    /// Which object of this release's namespace it is; `nil` where its kind may not be written, or its name is none.
    func key(of object: KubernetesObject) -> ObjectKey? {
        guard object.hasGoodName, let resource = kinds.resource(group: object.group, kind: object.kind) else {
            return nil
        }
        return ObjectKey(resource, namespace: namespace, name: object.name)
    }
}

extension KubernetesObject {
    /// The part of the apiVersion before its last slash.
    var group: String { apiVersion.lastIndex(of: "/").map { String(apiVersion[..<$0]) } ?? "" }

    /// Whether it is named as objects of a namespace are: in lower-case letters, digits, dashes and dots.
    var hasGoodName: Bool {
        guard let first = name.utf8.first, name.utf8.count <= 253 else { return false }
        return first.isReleaseNameByte
            && name.utf8.allSatisfy { $0.isReleaseNameByte || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
    }

    /// The part of the apiVersion after its slash.
    var version: String { String(apiVersion.split(separator: "/").last ?? "") }

    /// `helm.sh/resource-policy: keep`, however it is spelled.
    var isKept: Bool { annotation(ReleaseWords.resourcePolicy)?.trimmed.lowercased() == "keep" }
}

extension UInt8 {
    /// A lower-case letter or a digit.
    var isReleaseNameByte: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
    }
}
