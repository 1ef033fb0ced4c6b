package import EnvironmentAPI
package import Helm
package import Kubernetes

/// One write, decided by a step and carried out by the reconciler.
package enum EnvironmentAction: Sendable, Hashable {
    /// Puts our finalizer on the Environment, before anything is made that must be taken away again.
    case hold
    /// Takes it off; the Environment may go.
    case release
    case apply(WantedObject, expecting: ApplyExpectation)
    /// A RoleBinding is only ever created and deleted: its `roleRef` cannot change.
    case bind(WantedObject)
    case delete(ObjectKey, uid: String)
    /// Takes our finalizer off an object of ours.
    case releaseObject(ObjectKey, uid: String)
    /// Asks for a token, tries it, and writes the kubeconfig.
    case issueKubeconfig(lifetime: Duration, replacing: KubeconfigSecret?)
    /// One step of installing, changing or removing the virtual cluster's release.
    case helm(ReleaseAction)
    /// Takes the kubeconfig that the virtual cluster wrote, tries it, applies the class's manifests, and writes it.
    case issueVirtualKubeconfig(VirtualKubeconfigOrder)
    /// Copies the kubeconfig to a Secret of that name beside the Environment.
    case publish(String, expecting: ApplyExpectation)
    /// Marks the environment as one whose pull request is closed, or merged: from the mark follows its end.
    case close(String)
    /// Begins the end, by one compare-and-set on the Environment: an extension that came first wins.
    case begin(EndReason)
    /// Deletes the Environment itself, when its retention is over.
    case forget
}

/// Why an environment ends.
package enum EndReason: Sendable, Hashable {
    case deleted
    case expired
    case closed

    package var terminatedReason: TerminatedReason {
        switch self {
        case .deleted: .deleted
        case .expired: .expired
        case .closed: .closed
        }
    }
}
