/// What goes wrong with a virtual cluster until it is mended: data, so that a run can be replayed.
package struct VirtualClusterFault: Sendable, Hashable {
    package enum Effect: String, Sendable, Hashable, CaseIterable {
        /// The image of its pods cannot be pulled.
        case imagePull
        /// No node has room for its pods.
        case unschedulable
        /// The volume that its pods claim does not come.
        case claimPending
        /// Its pods end again and again.
        case crashLoop
        /// Its pods are refused, as by a quota that is used up.
        case quotaExceeded
        /// Its API server answers 500 to everything.
        case internalError
        /// Its API server shows a certificate of another authority.
        case otherAuthority
        /// A cluster that is not its own answers, to the same credential.
        case otherCluster
    }

    package var effect: Effect
    package var namespace: String
    /// The value of the label `release`; `nil`: every one of the namespace.
    package var release: String?

    package init(_ effect: Effect, namespace: String, release: String? = nil) {
        self.effect = effect
        self.namespace = namespace
        self.release = release
    }

    func concerns(_ release: String, in namespace: String) -> Bool {
        self.namespace == namespace && (self.release == nil || self.release == release)
    }
}
