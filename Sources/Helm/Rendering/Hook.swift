/// An object that is made at a certain event of its release, and is no part of it.
package struct Hook: Sendable, Hashable {
    package enum Event: String, Sendable, Hashable, CaseIterable {
        case preInstall = "pre-install"
        case postInstall = "post-install"
        case preDelete = "pre-delete"
        case postDelete = "post-delete"
        case preUpgrade = "pre-upgrade"
        case postUpgrade = "post-upgrade"
        case preRollback = "pre-rollback"
        case postRollback = "post-rollback"
        case test
    }

    package enum DeletePolicy: String, Sendable, Hashable {
        case succeeded = "hook-succeeded"
        case failed = "hook-failed"
        case beforeCreation = "before-hook-creation"
    }

    package var manifest: Manifest
    package var events: [Event]
    package var weight: Int
    /// As they are written; Helm keeps also those that it does not know.
    package var deletePolicyNames: [String]
    package var outputLogPolicyNames: [String]

    /// The policies; without any, an old hook is deleted before it is made anew.
    package var deletePolicies: [DeletePolicy] {
        let known: [DeletePolicy] = deletePolicyNames.compactMap(DeletePolicy.init)
        return deletePolicyNames.isEmpty ? [.beforeCreation] : known
    }
}

extension Hook {
    static let annotation: String = "helm.sh/hook"

    /// Takes a manifest that is annotated as a hook; `nil` where an event is unknown, for Helm then leaves it out.
    init?(_ manifest: Manifest) {
        var events: [Event] = []
        for name in Self.words(manifest.annotations[Self.annotation]) {
            guard let event = name == "test-success" ? .test : Event(rawValue: name) else { return nil }
            events.append(event)
        }
        self.manifest = manifest
        self.events = events
        weight = manifest.annotations["helm.sh/hook-weight"].flatMap { Int($0) } ?? 0
        deletePolicyNames = Self.words(manifest.annotations["helm.sh/hook-delete-policy"])
        outputLogPolicyNames = Self.words(manifest.annotations["helm.sh/hook-output-log-policy"])
    }

    private static func words(_ text: String?) -> [String] {
        guard let text else { return [] }
        return text.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmed.lowercased() }
    }
}
