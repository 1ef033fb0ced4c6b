import Formats
package import Kubernetes

/// A release with all that its Secret says of it: what is to be written.
package struct ReleaseRecord: Sendable, Hashable {
    package var release: Release
    package var operation: String
    package var appliedDigest: String
    /// The events whose hooks the operation is done with.
    package var hooksDone: [Hook.Event] = []
    /// Custom labels of the Secret.
    package var labels: [String: String] = [:]
    /// Seconds since 1970.
    package var createdAt: Int64
    package var modifiedAt: Int64?
}

/// What a release's Secret is called and says.
package enum ReleaseWords {
    package static let secretType = "helm.sh/release.v1"
    package static let operation = "envfactory.dev/operation"
    package static let appliedDigest = "envfactory.dev/applied-digest"
    package static let hooksDone = "envfactory.dev/hooks-done"
    static let secretPrefix = "sh.helm.release.v1."
    /// Nobody comes so far by counting; what is beyond was put there to run out of numbers.
    static let maximumRevision = 1_000_000_000
    /// Labels that are Helm's own.
    static let systemLabels: [String] = ["name", "owner", "status", "version", "createdAt", "modifiedAt"]
    static let managedBy = "app.kubernetes.io/managed-by"
    static let releaseName = "meta.helm.sh/release-name"
    static let releaseNamespace = "meta.helm.sh/release-namespace"
    static let resourcePolicy = "helm.sh/resource-policy"

    package static func secretName(_ release: String, revision: Int) -> String {
        "\(secretPrefix)\(release).v\(revision)"
    }

    /// The release and revision that a Secret's name stands for.
    static func release(ofSecret name: String) -> (name: String, revision: Int)? {
        guard name.hasPrefix(secretPrefix) else { return nil }
        let rest: Substring = name.dropFirst(secretPrefix.count)
        guard let dot = rest.lastIndex(of: "."), rest[dot...].hasPrefix(".v") else { return nil }
        let digits: Substring = rest[dot...].dropFirst(2)
        // "v01" and "v+1" are other names than that of revision 1.
        guard let revision = Int(digits), (1...maximumRevision).contains(revision), "\(revision)" == digits,
            dot > rest.startIndex
        else { return nil }
        return (String(rest[..<dot]), revision)
    }
}

extension ReleaseRecord {
    package var key: ObjectKey {
        let name: String = ReleaseWords.secretName(release.name, revision: release.revision)
        return ObjectKey(.secrets, namespace: release.namespace, name: name)
    }

    /// The Secret, as Helm 3 and 4 read it.
    package var secret: KubernetesObject { secret(holding: Base64.encode(release.packed)) }

    func secret(holding text: String) -> KubernetesObject {
        var secret: KubernetesObject = metadata
        secret["type"] = .string(ReleaseWords.secretType)
        // Helm's own base64, in that of every Secret.
        secret["data"] = ["release": .string(Base64.encode(Array(text.utf8)))]
        return secret
    }

    /// The Secret without what it holds.
    var metadata: KubernetesObject {
        var secret: KubernetesObject = KubernetesObject(.secrets, namespace: key.namespace, name: key.name)
        var labels: [String: String] = self.labels.filter { !ReleaseWords.systemLabels.contains($0.key) }
        labels["name"] = release.name
        labels["owner"] = "helm"
        labels["status"] = release.status.rawValue
        labels["version"] = "\(release.revision)"
        labels["createdAt"] = "\(createdAt)"
        labels["modifiedAt"] = modifiedAt.map { "\($0)" }
        var annotations: [String: String] = [:]
        if !operation.isEmpty { annotations[ReleaseWords.operation] = operation }
        if !appliedDigest.isEmpty { annotations[ReleaseWords.appliedDigest] = appliedDigest }
        if !hooksDone.isEmpty {
            annotations[ReleaseWords.hooksDone] = hooksDone.map(\.rawValue).joined(separator: ",")
        }
        secret["metadata"]?["labels"] = JSONValue(texts: labels)
        if !annotations.isEmpty { secret["metadata"]?["annotations"] = JSONValue(texts: annotations) }
        return secret
    }
}

extension JSONValue {
    /// An object of texts, in the order of their keys.
    init(texts: [String: String]) {
        let members: [(key: String, value: String)] = texts.sorted {
            $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
        }
        self = .object(JSONObject(unique: members.map { ($0.key, .string($0.value)) }))
    }
}
