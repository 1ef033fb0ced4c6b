/// The conditions of an Environment or an InferenceEndpoint, in the order in which they are reached.
///
/// `Ready` only summarises the others.
package enum ConditionType: String, Sendable, Hashable, CaseIterable {
    case accepted = "Accepted"
    case namespaceReady = "NamespaceReady"
    case guardrailsReady = "GuardrailsReady"
    case releaseReady = "ReleaseReady"
    case controlPlaneReady = "ControlPlaneReady"
    case kubeconfigReady = "KubeconfigReady"
    case inferenceReady = "InferenceReady"
    case placed = "Placed"
    case modelReady = "ModelReady"
    case serviceReady = "ServiceReady"
    case webUIReady = "WebUIReady"
    case pullRequestOpen = "PullRequestOpen"
    case drifted = "Drifted"
    case expiring = "Expiring"
    case terminated = "Terminated"
    case ready = "Ready"
}

/// The reasons of a condition: a closed set, so that the word can be a metric's label and a script's case.
package protocol ConditionReason: RawRepresentable, CaseIterable, Sendable, Hashable where RawValue == String {
    static var type: ConditionType { get }
}

package enum ReadyReason: String, ConditionReason {
    case provisioning = "Provisioning"
    case ready = "Ready"
    /// It was ready, and a part of it no longer is.
    case degraded = "Degraded"
    case suspended = "Suspended"
    case expired = "Expired"
    case closed = "Closed"
    case deleting = "Deleting"
    /// `Accepted` says why.
    case rejected = "Rejected"
    /// Trying again cannot help until something changes.
    case failed = "Failed"
    case paused = "Paused"
    case nameConflict = "NameConflict"

    package static let type = ConditionType.ready
}

package enum AcceptedReason: String, ConditionReason {
    case accepted = "Accepted"
    /// The Environment by itself is wrong.
    case invalid = "Invalid"
    case classNotFound = "ClassNotFound"
    /// The class by itself is wrong: its owner must act.
    case classInvalid = "ClassInvalid"
    /// The class is not for this namespace.
    case notAllowed = "NotAllowed"
    /// The class has as many environments as it may.
    case limitReached = "LimitReached"
    /// The Environment asks for what its class does not give.
    case exceedsClass = "ExceedsClass"

    package static let type = ConditionType.accepted
}

package enum NamespaceReason: String, ConditionReason {
    case ready = "NamespaceReady"
    case creating = "Creating"
    /// A foreign namespace has the name.
    case nameConflict = "NameConflict"
    /// It was deleted by someone, or is about to go.
    case lost = "NamespaceLost"
    case terminating = "Terminating"
    case apiUnavailable = "APIUnavailable"
    case forbidden = "Forbidden"

    package static let type = ConditionType.namespaceReady
}

package enum GuardrailsReason: String, ConditionReason {
    case ready = "GuardrailsReady"
    case applying = "Applying"
    /// The quota binds only once its status shows it.
    case quotaPending = "QuotaPending"
    case nameConflict = "NameConflict"
    case invalid = "Invalid"
    case apiUnavailable = "APIUnavailable"
    case forbidden = "Forbidden"

    package static let type = ConditionType.guardrailsReady
}

package enum ReleaseReason: String, ConditionReason {
    case ready = "ReleaseReady"
    case notNeeded = "NotNeeded"
    case installing = "Installing"
    case upgrading = "Upgrading"
    case failed = "ReleaseFailed"
    /// The chart cannot be had just now.
    case chartUnavailable = "ChartUnavailable"
    /// The chart is not the one that the class pins, or none at all.
    case chartRefused = "ChartRefused"
    /// The chart does not take the class's values and parameters.
    case valuesInvalid = "ValuesInvalid"
    /// What the chart renders is more than an environment may hold.
    case manifestRefused = "ManifestRefused"
    /// The change would wipe the virtual cluster.
    case noPersistence = "NoPersistence"
    /// Somebody else's Helm is at work on the release.
    case operationInProgress = "OperationInProgress"
    case nameConflict = "NameConflict"
    case apiUnavailable = "APIUnavailable"
    case forbidden = "Forbidden"

    package static let type = ConditionType.releaseReady
}

package enum ControlPlaneReason: String, ConditionReason {
    case ready = "ControlPlaneReady"
    case notNeeded = "NotNeeded"
    case starting = "Starting"
    case suspended = "Suspended"
    /// Suspending would wipe the virtual cluster.
    case noPersistence = "NoPersistence"
    case imagePull = "ImagePullFailed"
    case quotaExceeded = "QuotaExceeded"
    /// The API server does not let its pod be made.
    case podRefused = "PodRefused"
    case volumeUnbound = "VolumeUnbound"
    case unschedulable = "Unschedulable"
    case crashLoop = "CrashLoop"
    case probeFailing = "ProbeFailing"
    /// Objects of the class cannot be applied inside.
    case manifestsFailed = "ManifestsFailed"
    case unreachable = "Unreachable"

    package static let type = ConditionType.controlPlaneReady
}

package enum KubeconfigReason: String, ConditionReason {
    case ready = "KubeconfigReady"
    case notNeeded = "NotNeeded"
    case waiting = "Waiting"
    /// What was found is not safe to hand on.
    case refused = "Refused"
    /// It was tried against the API server and does not work.
    case rejected = "Rejected"
    /// The copy beside the Environment cannot be written.
    case notPublished = "NotPublished"
    case nameConflict = "NameConflict"
    case apiUnavailable = "APIUnavailable"
    case forbidden = "Forbidden"

    package static let type = ConditionType.kubeconfigReady
}

/// Of an Environment: the model servers that it is bound to.
package enum InferenceReason: String, ConditionReason {
    case ready = "InferenceReady"
    case notNeeded = "NotNeeded"
    case applying = "Applying"
    case endpointNotFound = "EndpointNotFound"
    /// The endpoint is not for this namespace.
    case notAllowed = "NotAllowed"
    /// Nobody said where the endpoint's name leads, so that no network policy can let it through.
    case noAddresses = "NoAddresses"
    /// The endpoint has no place to lead to yet.
    case waiting = "Waiting"
    case nameConflict = "NameConflict"
    case apiUnavailable = "APIUnavailable"
    case forbidden = "Forbidden"

    package static let type = ConditionType.inferenceReady
}

/// Of an InferenceEndpoint: where its GPUs are.
package enum PlacedReason: String, ConditionReason {
    case placed = "Placed"
    /// The model server is beside the cluster, or runs on processors.
    case notNeeded = "NotNeeded"
    /// Others hold them; it has a place in the queue.
    case waitingForGPU = "WaitingForGPU"
    /// No node of the cluster could ever take it.
    case noFittingNode = "NoFittingNode"
    /// Its node is gone or does not answer: it is placed anew.
    case nodeLost = "NodeLost"

    package static let type = ConditionType.placed
}

/// Of an InferenceEndpoint: whether the model answers.
package enum ModelReason: String, ConditionReason {
    case ready = "ModelReady"
    /// Nobody asked yet, or it cannot be asked from here.
    case unknown = "Unknown"
    case waiting = "Waiting"
    case starting = "Starting"
    case fetching = "Fetching"
    case fetchFailed = "FetchFailed"
    case digestMismatch = "DigestMismatch"
    case cacheTooSmall = "CacheTooSmall"
    /// Ten minutes are normal.
    case loading = "Loading"
    /// It answers, and serves another model.
    case wrongModel = "WrongModel"
    /// It lists the model, and gives no token of it.
    case noToken = "NoToken"
    case unreachable = "Unreachable"
    case imagePull = "ImagePullFailed"
    case podRefused = "PodRefused"
    case volumeUnbound = "VolumeUnbound"
    case unschedulable = "Unschedulable"
    case outOfMemory = "OutOfMemory"
    case crashLoop = "CrashLoop"
    case probeFailing = "ProbeFailing"

    package static let type = ConditionType.modelReady
}

/// Of an InferenceEndpoint: whether its name leads somewhere.
package enum ServiceReason: String, ConditionReason {
    case ready = "ServiceReady"
    case applying = "Applying"
    case nameConflict = "NameConflict"
    case invalid = "Invalid"
    case apiUnavailable = "APIUnavailable"
    case forbidden = "Forbidden"

    package static let type = ConditionType.serviceReady
}

/// Of an InferenceEndpoint: its page.
package enum WebUIReason: String, ConditionReason {
    case ready = "WebUIReady"
    case notNeeded = "NotNeeded"
    case starting = "Starting"
    case failed = "Failed"

    package static let type = ConditionType.webUIReady
}

/// `Ready` of an InferenceEndpoint, which only summarises its other conditions.
package enum EndpointReadyReason: String, ConditionReason {
    case provisioning = "Provisioning"
    case waitingForGPU = "WaitingForGPU"
    case loading = "Loading"
    case ready = "Ready"
    /// It was ready, and a part of it no longer is.
    case degraded = "Degraded"
    case deleting = "Deleting"
    /// `Accepted` says why.
    case rejected = "Rejected"
    /// Trying again cannot help until something changes.
    case failed = "Failed"
    case nameConflict = "NameConflict"

    package static let type = ConditionType.ready
}

/// Of an Environment: whether the pull request that it comes from is still open.
///
/// Nothing follows from `Unknown`: it says why nobody knows, and what to do.
package enum PullRequestReason: String, ConditionReason {
    case open = "Open"
    case closed = "Closed"
    case merged = "Merged"
    /// The Environment names none any more.
    case notNeeded = "NotNeeded"
    /// No administrator told the operator of the repository's host.
    case notConfigured = "NotConfigured"
    /// Several hosts may be meant.
    case ambiguous = "Ambiguous"
    /// What `spec.source` names is no repository of its host.
    case sourceInvalid = "SourceInvalid"
    case notFound = "NotFound"
    case unauthorized = "Unauthorized"
    case forbidden = "Forbidden"
    case rateLimited = "RateLimited"
    case moved = "Moved"
    case unavailable = "Unavailable"
    case answerInvalid = "AnswerInvalid"

    package static let type = ConditionType.pullRequestOpen
}

package enum DriftedReason: String, ConditionReason {
    case inSync = "InSync"
    /// Found and put right.
    case corrected = "Corrected"
    /// Found and left, as the class wants.
    case reported = "Reported"

    package static let type = ConditionType.drifted
}

package enum ExpiringReason: String, ConditionReason {
    case notYet = "NotYet"
    /// A warning was given.
    case warned = "Warned"
    /// The moment is past, and the end has begun or is held by a pause.
    case due = "Due"

    package static let type = ConditionType.expiring
}

package enum TerminatedReason: String, ConditionReason {
    case running = "Running"
    /// Why it ended, or is ending.
    case expired = "Expired"
    case closed = "Closed"
    case deleted = "Deleted"
    /// It ended, but something could not be removed.
    case leftovers = "Leftovers"
    /// A definition of ours is being deleted: nothing is torn down.
    case held = "Held"

    package static let type = ConditionType.terminated
}

/// The conditions of an EnvironmentClass are `Accepted` alone.
package enum ClassAcceptedReason: String, ConditionReason {
    case accepted = "Accepted"
    case invalid = "Invalid"

    package static let type = ConditionType.accepted
}
