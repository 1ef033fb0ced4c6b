package import Formats

/// A hook as a release keeps it: its text, when it runs, and how it last ended.
package struct ReleaseHook: Sendable, Hashable {
    package enum Phase: String, Sendable, Hashable, CaseIterable {
        /// It has not run.
        case none = ""
        case unknown = "Unknown"
        case running = "Running"
        case succeeded = "Succeeded"
        case failed = "Failed"
    }

    package struct Run: Sendable, Hashable {
        package var phase: Phase = .none
        package var startedAt: ReleaseTime?
        package var completedAt: ReleaseTime?
        /// Fields that are unknown here, kept as they were read.
        package var others: JSONObject = JSONObject()

        package init() {}
    }

    package var name: String
    package var kind: String
    package var path: String
    package var manifest: String
    /// As they are written; those that are unknown never come.
    package var eventNames: [String]
    package var weight: Int
    package var deletePolicyNames: [String]
    package var outputLogPolicyNames: [String]
    package var lastRun: Run = Run()
    /// Fields that are unknown here, kept as they were read.
    package var others: JSONObject = JSONObject()

    package init(_ hook: Hook) {
        name = hook.manifest.name
        kind = hook.manifest.kind
        path = hook.manifest.path
        manifest = hook.manifest.content
        eventNames = hook.events.map(\.rawValue)
        weight = hook.weight
        deletePolicyNames = hook.deletePolicyNames
        outputLogPolicyNames = hook.outputLogPolicyNames
    }

    package func runs(at event: Hook.Event) -> Bool { eventNames.contains(event.rawValue) }

    /// Whether its object goes at this occasion; without any policy an old one goes before it is made anew.
    package func isDeleted(_ policy: Hook.DeletePolicy) -> Bool {
        // Helm never deletes definitions, whose objects would go with them.
        if kind == "CustomResourceDefinition" { return false }
        return deletePolicyNames.isEmpty ? policy == .beforeCreation : deletePolicyNames.contains(policy.rawValue)
    }
}

extension ReleaseHook: CustomStringConvertible, CustomReflectable {
    package var description: String { "\(kind) \(name) (\(eventNames.joined(separator: ", ")))" }
    /// Without children: its text may hold a secret.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
