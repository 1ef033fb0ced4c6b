import Formats
import Kubernetes
import Synchronization

@testable import Helm

/// One namespace in memory, which carries out what plans say, and can crash at any action.
struct ReleaseCluster {
    enum CrashPoint: String, CaseIterable {
        case beforeAction
        /// Also where the action was done and its answer lost.
        case afterAction
    }

    struct Crash: Error {}

    struct Refusal: Error, CustomStringConvertible {
        var description: String
    }

    struct Live {
        var object: KubernetesObject
        var isDeleting: Bool = false
        /// How often it was looked at: a job needs a while.
        var looks: Int = 0
    }

    var now: Timestamp = Demo.now
    var secrets: [String: KubernetesObject] = [:] {
        didSet { read(changedFrom: oldValue) }
    }
    var objects: [ObjectKey: Live] = [:]
    /// How jobs end that do not succeed, by name; `running` for ever.
    var endings: [String: ObservedReleaseObject.Progress] = [:]
    /// Objects whose deletion takes until somebody looks again, by name.
    var lingering: Set<String> = []
    /// Objects that await a finalizer for ever, by name.
    var stuck: Set<String> = []
    /// Objects that the server lets nobody change.
    var immutable: Set<String> = []
    var remembered: RememberedRelease?
    var refusal: ReleaseRefusal?
    var policy: ReleasePolicy = ReleasePolicy()
    var crashes: [Int: CrashPoint] = [:]
    /// What was done, by all processes together.
    private(set) var log: [String] = []
    private(set) var actions: Int = 0
    private var made: Int = 0

    typealias Wish = @Sendable (ReleaseCluster) throws -> ReleaseIntent

    // MARK: - Looking

    private var releases: [String: StoredRelease] = [:]

    var stored: [StoredRelease] { Array(releases.values) }

    /// Reads only what has changed, as an operator that keeps what it has read.
    private mutating func read(changedFrom old: [String: KubernetesObject]) {
        for name in Set(old.keys).union(secrets.keys) where secrets[name] != old[name] {
            releases[name] = secrets[name].flatMap { StoredRelease($0, in: Demo.scope) }
        }
    }

    /// The revisions, the oldest first, readable or not.
    var revisions: [StoredRelease] { stored.sorted { $0.revision < $1.revision } }

    var statuses: [String] { revisions.map { "v\($0.revision) \($0.release?.status.rawValue ?? "unreadable")" } }

    mutating func observe(_ intent: ReleaseIntent) -> ReleaseObservation {
        let keys: Set<ObjectKey> = Set(ReleasePlan.keys(intent, stored: stored))
        for (key, live) in objects {
            if live.isDeleting, !stuck.contains(key.name) { objects[key] = nil }
            objects[key]?.looks += 1
        }
        var observed: [ObjectKey: ObservedReleaseObject] = [:]
        for (key, live) in objects where keys.contains(key) || isOurs(live.object) {
            observed[key] = look(at: live, key, intent)
        }
        return ReleaseObservation(
            now: now, stored: stored, objects: observed, remembered: remembered, refusal: refusal)
    }

    private func isOurs(_ object: KubernetesObject) -> Bool { object.label(Demo.ownerLabel) == "owner-uid" }

    private func look(at live: Live, _ key: ObjectKey, _ intent: ReleaseIntent) -> ObservedReleaseObject {
        let wanted: ReleaseObject?
        switch intent {
        case .deploy(let desired), .rollback(let desired, _): wanted = desired.objects.first { $0.key == key }
        case .uninstall: wanted = nil
        }
        var bare: KubernetesObject = live.object
        bare["metadata"]?["uid"] = nil
        var observed: ObservedReleaseObject = ObservedReleaseObject(
            live.object, isOurs: isOurs(live.object), matches: wanted.map { $0.object == bare } ?? true)
        observed.isDeleting = live.isDeleting
        if key.resource == .jobs {
            observed.progress = live.looks < 2 ? .running : endings[key.name] ?? .succeeded
        }
        return observed
    }

    // MARK: - Acting

    mutating func perform(_ action: ReleaseAction) throws {
        actions += 1
        if crashes[actions] == .beforeAction { throw Crash() }
        switch action {
        case .dryRun(let writes):
            log.append("dry run " + writes.map(\.object.key.name).joined(separator: ","))
            if let write = writes.first(where: { immutable.contains($0.object.key.name) }) {
                throw Refusal(description: "\(write.object.key.name): field is immutable")
            }
        case .createRecord(let record):
            guard secrets[record.key.name] == nil else { throw Refusal(description: "exists") }
            store(record, uid: uid())
        case .updateRecord(let record, let uid):
            guard secrets[record.key.name]?.uid == uid else { throw Refusal(description: "another uid") }
            store(record, uid: uid)
        case .apply(let write): try apply(write)
        case .delete(let key, let uid): delete(key, uid: uid)
        }
        if crashes[actions] == .afterAction { throw Crash() }
    }

    private mutating func uid() -> String {
        made += 1
        return "uid-\(made)"
    }

    private mutating func store(_ record: ReleaseRecord, uid: String) {
        log.append("v\(record.release.revision) \(record.release.status.rawValue)")
        var secret: KubernetesObject = record.secret
        secret["metadata"]?["uid"] = .string(uid)
        secrets[record.key.name] = secret
    }

    private mutating func apply(_ write: ReleaseWrite) throws {
        let key: ObjectKey = write.object.key
        let found: String? = objects[key]?.object.uid
        guard write.expectation == (found.map { .uid($0) } ?? .absent) else {
            throw Refusal(description: "\(key) is not what was expected")
        }
        if found != nil, immutable.contains(key.name) { throw Refusal(description: "field is immutable") }
        log.append("apply \(key.name)")
        var object: KubernetesObject = write.object.object
        object["metadata"]?["uid"] = .string(found ?? uid())
        objects[key] = Live(object: object)
    }

    private mutating func delete(_ key: ObjectKey, uid: String) {
        if key.resource == .secrets, key.name.hasPrefix("sh.helm") {
            guard secrets[key.name]?.uid == uid else { return }
            log.append("delete \(key.name.dropFirst("sh.helm.release.v1.demo.".count))")
            secrets[key.name] = nil
            return
        }
        guard objects[key]?.object.uid == uid else { return }
        log.append("delete \(key.name)")
        if lingering.contains(key.name) || stuck.contains(key.name) {
            objects[key]?.isDeleting = true
        } else {
            objects[key] = nil
        }
    }

    /// What anybody else may make.
    mutating func add(_ key: ObjectKey, labels: [String: String] = [:], annotations: [String: String] = [:]) {
        var object: KubernetesObject = KubernetesObject(key.resource, namespace: key.namespace, name: key.name)
        object["metadata"]?["uid"] = .string(uid())
        object["metadata"]?["labels"] = JSONValue(texts: labels)
        object["metadata"]?["annotations"] = JSONValue(texts: annotations)
        objects[key] = Live(object: object)
    }

    /// What anybody's `helm` may write.
    mutating func add(_ release: Release, operation: String = "", digest: String = "") {
        let record: ReleaseRecord = ReleaseRecord(
            release: release, operation: operation, appliedDigest: digest, createdAt: 1)
        var secret: KubernetesObject = record.secret
        secret["metadata"]?["uid"] = .string(uid())
        secrets[secret.name] = secret
    }

    // MARK: - Running

    /// One look and what follows from it, up to a crash.
    mutating func pass(_ wish: Wish) throws -> ReleasePlan {
        let intent: ReleaseIntent = try wish(self)
        let plan: ReleasePlan = ReleasePlan(intent, observe(intent), policy: policy)
        do {
            for action in plan.actions {
                try perform(action)
                try checkRevisions()
            }
        } catch is Crash {}
        return plan
    }

    /// Passes until nothing is left to do, or nothing but waiting for `patience`.
    @discardableResult
    mutating func run(_ wish: Wish, patience: Duration = .seconds(600)) throws -> ReleasePlan {
        let end: Timestamp = now + patience
        for _ in 0..<400 {
            let plan: ReleasePlan = try pass(wish)
            guard plan.actions.isEmpty else { continue }
            guard let after = plan.recheckAfter, now + after < end else { return plan }
            now = now + after
        }
        throw Refusal(description: "it does not settle: \(log)")
    }

    /// At no time is more than one operation in flight, or more than one revision deployed.
    private func checkRevisions() throws {
        let revisions: [StoredRelease] = revisions
        let statuses: [ReleaseStatus] = revisions.compactMap { $0.release?.status }
        let numbers: [Int] = revisions.map(\.revision)
        let names: [String] = revisions.compactMap(\.operation)
        let isGood: Bool =
            statuses.count(where: \.isPending) <= 1 && statuses.count { $0 == .deployed } <= 1
            && zip(numbers, numbers.dropFirst()).allSatisfy { $0 + 1 == $1 } && Set(names).count == names.count
            && revisions.count <= policy.maximumHistory
        guard isGood else { throw Refusal(description: "\(self.statuses) after \(log)") }
    }
}

extension ReleaseCluster {
    /// All that is there, without uids and times.
    var state: [String] {
        let records: [String] = revisions.map { stored in
            guard let release = stored.release else { return "v\(stored.revision) unreadable" }
            let hooks: [String] = release.hooks.map { "\($0.name) \($0.lastRun.phase.rawValue)" }
            return
                "v\(release.revision) \(release.status.rawValue) \(release.info.description) \(stored.operation ?? "") "
                + "\(stored.appliedDigest ?? "") \(hooks) \(stored.hooksDone) \(release.contentDigest)"
        }
        let live: [String] = objects.values.map { live in
            var object: KubernetesObject = live.object
            object["metadata"]?["uid"] = nil
            return object.json.text(sorted: true)
        }
        return records + live.sorted()
    }
}

/// What a test wants of the release: templates that say which revision they were rendered for.
func deploying(_ texts: [String], digest: String = "one") -> ReleaseCluster.Wish {
    let rendered: RenderedReleases = RenderedReleases(texts: texts, digest: digest)
    return { .deploy(try rendered.release(for: $0)) }
}

/// What was rendered for each revision: rendering is slow where a crash follows another.
private final class RenderedReleases: Sendable {
    private let texts: [String]
    private let digest: String
    private let known: Mutex<[ReleaseIdentity: DesiredRelease]> = Mutex([:])

    init(texts: [String], digest: String) { (self.texts, self.digest) = (texts, digest) }

    func release(for cluster: ReleaseCluster) throws -> DesiredRelease {
        let identity: ReleaseIdentity = ReleasePlan.identity(
            for: digest, in: Demo.scope, stored: cluster.stored, remembered: cluster.remembered)
        if let known = known.withLock({ $0[identity] }) { return known }
        let rendered: [String] = texts.map { text in
            text.split(separator: "REVISION", omittingEmptySubsequences: false)
                .joined(separator: "\"\(identity.revision) \(identity.isUpgrade)\"")
        }
        let release: DesiredRelease = try Demo.desired(rendered, digest: digest)
        known.withLock { $0[identity] = release }
        return release
    }
}

func rollingBack(to revision: Int) -> ReleaseCluster.Wish {
    { cluster in
        guard let stored = cluster.stored.first(where: { $0.revision == revision }) else {
            throw ReleaseCluster.Refusal(description: "there is no revision \(revision)")
        }
        return .rollback(try DesiredRelease(rollingBackTo: stored, in: Demo.scope), to: revision)
    }
}

let uninstalling: ReleaseCluster.Wish = { _ in .uninstall(Demo.scope) }
