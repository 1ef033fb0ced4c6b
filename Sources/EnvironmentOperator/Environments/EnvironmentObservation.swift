package import ControllerRuntime
package import EnvironmentAPI
package import Formats
package import Helm
package import Kubernetes

/// All that one pass knows about an environment; what follows from it is decided by pure functions.
package struct EnvironmentObservation: Sendable, Hashable {
    package let environment: Environment
    package let identity: OwnerIdentity
    /// The API server's time, or a little before it, so that nothing is done early.
    package var now: Timestamp
    package let admission: Admission
    /// The class as it holds for this pass: as admitted, else as it was last resolved.
    package let environmentClass: EnvironmentClass.Spec?
    /// What is to stand in the environment's namespace, but for its release.
    let desired: DesiredObjects
    /// The models that it asks for.
    let links: [InferenceLink]
    /// Whatever has the wanted name.
    package var namespace: ObservedNamespace?
    /// What carries this environment's uid in its namespace.
    package var owned: [ObjectKey: ObservedObject]
    package var kubeconfig: ObservedKubeconfig
    /// Of isolation `VirtualCluster`, where it was looked at.
    package var virtualCluster: ObservedVirtualCluster?
    /// The copy beside the Environment; `nil` where it was not looked at.
    package var published: PublishedKubeconfig?
    /// The virtual cluster's release, while the environment ends.
    package var endingRelease: ReleaseObservation?
    /// A copy under a name that is not wanted any more.
    package var formerCopy: Remainder?
    /// Looked at only while the environment ends.
    package var remains: ObservedRemains?
    /// Volumes of the namespace that outlived it; `nil` while it is there.
    package var keptVolumes: [Remainder]?
    /// How long the namespace may yet come to be, by a creation that nobody answered.
    package var lateness: Duration?
    /// Why nothing may be torn down just now.
    package var hold: Hold?
    /// Whose rights the self-binding gives.
    package let operatorIdentity: Subject
    /// When the last pause ended.
    package var resumedAt: Timestamp?
    /// What is known of the pull request that it comes from; `nil` where nothing new is.
    package var pullRequest: PullRequestOutlook?

    init(
        environment: Environment,
        now: Timestamp,
        admission: Admission,
        namespace: ObservedNamespace? = nil,
        owned: [ObjectKey: ObservedObject] = [:],
        kubeconfig: ObservedKubeconfig = .unknown,
        remains: ObservedRemains? = nil,
        hold: Hold? = nil,
        operatorIdentity: Subject,
        resumedAt: Timestamp? = nil,
        links: (EnvironmentClass.Spec) -> [InferenceLink] = { _ in [] }
    ) {
        self.environment = environment
        self.now = now
        self.admission = admission
        identity = OwnerIdentity(environment)
        environmentClass =
            admission.environmentClass
            ?? environment.status.resolvedClass.map { EnvironmentClass.Spec(json: $0.spec) }
        let links = environmentClass.map(links) ?? []
        self.links = links
        desired = DesiredObjects(of: environment, identity, environmentClass, links, operator: operatorIdentity)
        self.namespace = namespace
        self.owned = owned
        self.kubeconfig = kubeconfig
        self.remains = remains
        self.hold = hold
        self.operatorIdentity = operatorIdentity
        self.resumedAt = resumedAt
    }

    var releasePlace: ReleasePlace { ReleasePlace(identity) }

    /// What the virtual cluster's release is made of; `nil` where there is none to be.
    var releaseInputs: ReleaseInputs? {
        environmentClass.flatMap { ReleaseInputs(environment, $0, identity) }
    }

    package var kubeconfigKey: ObjectKey {
        ObjectKey(.secrets, namespace: identity.hostNamespace, name: Words.Fixed.kubeconfigSecret)
    }
}

/// A namespace, as the cache holds it.
package struct ObservedNamespace: Sendable, Hashable {
    package var uid: String
    /// The uid of the Environment, or InferenceEndpoint, that its label names.
    package var ownerUID: String?
    package var hash: ObjectHash
    package var isDeleting: Bool

    package init(uid: String, ownerUID: String?, hash: ObjectHash, isDeleting: Bool) {
        self.uid = uid
        self.ownerUID = ownerUID
        self.hash = hash
        self.isDeleting = isDeleting
    }
}

/// An object made for an environment, as the cache holds it.
package struct ObservedObject: Sendable, Hashable {
    package var hash: ObjectHash
    private var id: ObjectUID
    package var isDeleting: Bool
    /// It carries our finalizer.
    package var isHeld: Bool
    /// Of a quota: its status shows what its spec asks for, so that it refuses what it should.
    package var binds: Bool

    package init(
        uid: String,
        hash: ObjectHash,
        isDeleting: Bool = false,
        isHeld: Bool = false,
        binds: Bool = true
    ) {
        id = ObjectUID(uid)
        self.hash = hash
        self.isDeleting = isDeleting
        self.isHeld = isHeld
        self.binds = binds
    }

    package var uid: String { id.description }
}

/// The Secret that holds the kubeconfig, as far as this pass looked.
package enum ObservedKubeconfig: Sendable, Hashable {
    /// Not looked at: no watch tells of Secrets, and the time for a look has not come.
    case unknown
    case missing
    case present(KubeconfigSecret)
    /// Not ours.
    case foreign
}

/// What of a kubeconfig's Secret matters.
package struct KubeconfigSecret: Sendable, Hashable {
    package var uid: String
    package var server: String?
    package var expiresAt: Timestamp?
    package var issuedAt: Timestamp?
    /// Its content is what was written.
    package var isIntact: Bool

    package init(uid: String, server: String?, expiresAt: Timestamp?, issuedAt: Timestamp?, isIntact: Bool) {
        self.uid = uid
        self.server = server
        self.expiresAt = expiresAt
        self.issuedAt = issuedAt
        self.isIntact = isIntact
    }
}

/// Why nothing may be torn down.
package enum Hold: Sendable, Hashable {
    /// Too many environments end at once.
    case brake(reason: String)
    /// A definition of ours is being deleted, which marks every Environment as deleted.
    case definitionTerminating(name: String)
}
