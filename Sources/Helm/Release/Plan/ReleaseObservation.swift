package import Formats
package import Kubernetes

/// What shall become of a release.
package enum ReleaseIntent: Sendable, Hashable {
    case deploy(DesiredRelease)
    /// Back to what an older revision was; made by ``DesiredRelease/init(rollingBackTo:in:)``.
    case rollback(DesiredRelease, to: Int)
    case uninstall(ReleaseScope)
}

/// All that a plan knows.
package struct ReleaseObservation: Sendable, Hashable {
    /// The server's time, or a little before it.
    package var now: Timestamp
    /// The release's Secrets, the newest last.
    package var stored: [StoredRelease]
    /// What there is of the objects of ``ReleasePlan/keys(_:_:)``, and of what else the release may have made.
    package var objects: [ObjectKey: ObservedReleaseObject]
    /// What the caller itself remembers, beyond the reach of those who may write Secrets.
    package var remembered: RememberedRelease?
    /// What the server refused for good, of these inputs or in this operation.
    package var refusal: ReleaseRefusal?

    package init(
        now: Timestamp, stored: [StoredRelease] = [], objects: [ObjectKey: ObservedReleaseObject] = [:],
        remembered: RememberedRelease? = nil, refusal: ReleaseRefusal? = nil
    ) {
        (self.now, self.stored, self.objects) = (now, stored, objects)
        (self.remembered, self.refusal) = (remembered, refusal)
    }
}

/// The revision that was last deployed by us.
package struct RememberedRelease: Sendable, Hashable {
    package var revision: Int
    /// ``Release/contentDigest`` of what was written; `nil` where that is not remembered.
    package var contentDigest: String?

    package init(revision: Int, contentDigest: String? = nil) {
        (self.revision, self.contentDigest) = (revision, contentDigest)
    }
}

/// A refusal that will not go away by trying again.
package struct ReleaseRefusal: Sendable, Hashable {
    /// The digest of the inputs that were refused.
    package var digest: String
    package var message: String

    package init(digest: String, message: String) { (self.digest, self.message) = (digest, message) }
}

/// A live object with a name that a release wants, wanted, or has.
package struct ObservedReleaseObject: Sendable, Hashable {
    /// How far the work that it stands for is.
    package enum Progress: Sendable, Hashable {
        case running
        case succeeded
        case failed(String)
    }

    package var uid: String
    /// By a recorded uid or the label with the owner's uid; never by Helm's labels, which anybody may write.
    package var isOurs: Bool
    package var isDeleting: Bool
    /// Its fields are as desired.
    package var matches: Bool
    /// Of a Job or Pod; others are done as soon as they are there.
    package var progress: Progress
    /// `envfactory.dev/operation`, on hooks.
    package var run: String?
    /// `meta.helm.sh/release-name`.
    package var releaseName: String?
    /// `helm.sh/resource-policy: keep`.
    package var isKept: Bool

    package init(
        uid: String, isOurs: Bool, isDeleting: Bool = false, matches: Bool = true, progress: Progress = .succeeded,
        run: String? = nil, releaseName: String? = nil, isKept: Bool = false
    ) {
        (self.uid, self.isOurs, self.isDeleting, self.matches) = (uid, isOurs, isDeleting, matches)
        (self.progress, self.run, self.releaseName, self.isKept) = (progress, run, releaseName, isKept)
    }
}
