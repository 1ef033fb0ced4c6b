import EnvironmentAPI
import Formats

/// What an extension comes to: decided from the environment, its class and the time alone.
struct ExtensionPlan: Sendable, Hashable {
    /// How the user said it.
    enum Wish: Sendable, Hashable {
        /// From the creation on.
        case ttl(Duration)
        /// Longer than now.
        case by(Duration)
    }

    /// The new time to live, from the creation on.
    var ttl: Duration
    var expiresAt: Timestamp
    /// The class allows no more than this, and more was wished for.
    var cap: Duration?
    var isUnchanged: Bool

    /// - Throws: ``CommandFailure`` where there is nothing to extend, or the wish would end it at once.
    init(
        _ wish: Wish,
        _ environment: Environment,
        _ lifetime: EnvironmentClass.Lifetime?,
        now: Timestamp
    ) throws(CommandFailure) {
        let name = environment.metadata.name
        let created = environment.metadata.creationTimestamp ?? now
        guard !environment.isEnding, !environment.isTerminated, !environment.metadata.isDeleting else {
            throw Self.ended(environment)
        }
        let current = environment.status.expiresAt.map { $0 - created }
        let standing = current ?? environment.spec.ttl ?? lifetime?.effectiveDefault
        let wished: Duration
        switch wish {
        case .ttl(let ttl): wished = ttl
        case .by(let more):
            guard let standing else {
                throw CommandFailure(
                    .rejected, "it is not known yet when environment \(name) ends: use --ttl instead of --by")
            }
            wished = standing + more
        }
        let maximum = lifetime?.maximum
        cap = maximum.flatMap { wished > $0 ? $0 : nil }
        ttl = cap ?? wished
        expiresAt = created + ttl
        isUnchanged = environment.spec.ttl == ttl
        guard expiresAt > now else {
            throw CommandFailure(
                .rejected,
                "with a time to live of \(ttl.shortText) environment \(name) would end at once, since it is "
                    + "\(Age.text(now - created)) old",
                hints: ["give a longer --ttl, which counts from the creation; or 'envfactory delete \(name)'"])
        }
    }

    private static func ended(_ environment: Environment) -> CommandFailure {
        let name = environment.metadata.name
        let reason = environment.status.condition(.ready)?.reason ?? ReadyReason.deleting.rawValue
        let advice =
            environment.isClosed
            ? "its pull request is closed, and no other takes its place"
            : "make a new one with 'envfactory up' or 'envfactory create'"
        return CommandFailure(
            .rejected, "environment \(name) has ended (\(reason)): it cannot be extended", hints: [advice])
    }
}

extension Environment {
    /// Other programs that will write `spec.ttl` again when they apply what they hold.
    static func otherOwners(ofTTL managedFields: JSONValue?, than manager: String) -> [String] {
        let entries = managedFields?.array ?? []
        return entries.filter { $0[path: "fieldsV1", "f:spec", "f:ttl"] != nil }
            .compactMap { $0["manager"]?.string }.filter { $0 != manager }
    }
}
