import EnvironmentAPI
import Formats
import Kubernetes

/// What environments and inference endpoints have in common for their steps: a namespace of their own on the host.
protocol HostedObservation: Sendable {
    var identity: OwnerIdentity { get }
    var now: Timestamp { get }
    /// Whatever has the wanted name.
    var namespace: ObservedNamespace? { get }
    /// The namespace that the status remembers.
    var recordedNamespace: Environment.Status.NamespaceReference? { get }
    /// The levels of the namespace; `nil` where none is to be made.
    var podSecurity: EnvironmentClass.PodSecurity? { get }
    /// What is to stand in it.
    var desired: DesiredObjects { get }
    /// What carries the owner's uid in it.
    var owned: [ObjectKey: ObservedObject] { get }
    var conditions: [Condition] { get }
    /// What differs is only told of, once it was as it should be.
    var reportsDrift: Bool { get }
    /// The owner carries our finalizer.
    var isHeld: Bool { get }
    /// Why it ends, once its end has begun.
    var endReason: EndReason? { get }
    /// Looked at only while it ends.
    var remains: ObservedRemains? { get }
    /// How long the namespace may yet come to be, by a creation that nobody answered.
    var lateness: Duration? { get }
    /// Why nothing may be torn down just now.
    var hold: Hold? { get }
    /// Volumes outlive their owner.
    var keepsVolumes: Bool { get }
    /// What of a release differs and is only told of.
    var releaseDrift: String? { get }
}

extension HostedObservation {
    func condition(_ type: ConditionType) -> Condition? { conditions.first { $0.type == type.rawValue } }

    var selfBindingKey: ObjectKey { desired.selfBinding.key }
}

extension EnvironmentObservation: HostedObservation {
    var recordedNamespace: Environment.Status.NamespaceReference? { environment.status.namespace }
    var podSecurity: EnvironmentClass.PodSecurity? { admission.environmentClass?.podSecurity }
    var conditions: [Condition] { environment.status.conditions }
    var reportsDrift: Bool { environmentClass?.drift == .report }
    var isHeld: Bool { environment.isHeld }
    var keepsVolumes: Bool { environmentClass?.teardown.volumes == .retain }
}
