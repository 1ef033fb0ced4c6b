import ControllerRuntime
import Formats
import Helm
import Kubernetes
import Synchronization

/// The memory as the workers share it; each environment is one worker's at a time.
final class SharedMemory: Sendable {
    private let memory = Mutex(EnvironmentMemory())

    func withLock<Result: Sendable>(_ body: (inout EnvironmentMemory) -> Result) -> Result {
        memory.withLock { body(&$0) }
    }
}

/// What the reconciler remembers between passes; all of it can be lost without harm.
struct EnvironmentMemory: Sendable {
    /// An object that the API server stores otherwise than we write it, which is as it should be.
    private struct Tolerated: Sendable {
        var desired: ObjectHash
        var stored: ObjectHash
    }

    private var tolerated: [ObjectKey: Tolerated] = [:]
    private var looks: [ObjectKey: Duration] = [:]
    private var bindings = PassingTable<ObjectKey, Duration>()

    /// Takes note of how the API server stores what was applied.
    mutating func applied(_ desired: WantedObject, storedAs stored: ObjectHash) {
        tolerated[desired.key] = stored == desired.hash ? nil : Tolerated(desired: desired.hash, stored: stored)
    }

    /// The hash to compare with what is desired.
    func comparable(_ hash: ObjectHash, of key: ObjectKey) -> ObjectHash {
        guard let tolerated = tolerated[key], tolerated.stored == hash else { return hash }
        return tolerated.desired
    }

    /// Whether the time has come to look at a kubeconfig's Secret, of which no watch tells.
    func isLookDue(_ key: ObjectKey, at now: Duration, every period: Duration) -> Bool {
        looks[key].map { now - $0 >= period } ?? true
    }

    mutating func looked(_ key: ObjectKey, at now: Duration) { looks[key] = now }

    mutating func bound(_ key: ObjectKey, at now: Duration) {
        bindings.set(now, for: key) { Self.isFresh($0, at: now) }
    }

    /// Whether rights were bound so recently that the API server's authorizer may not know of them yet.
    func isBindingFresh(_ key: ObjectKey, at now: Duration) -> Bool {
        bindings[key].map { Self.isFresh($0, at: now) } ?? false
    }

    /// Bindings that are remembered, fresh or not.
    var bindingCount: Int { bindings.count }

    private static func isFresh(_ binding: Duration, at now: Duration) -> Bool { now - binding < .seconds(10) }

    // MARK: - Creations that nobody answered

    private var unanswered: [ObjectKey: Duration] = [:]

    /// Takes note that nobody knows whether the environment's namespace was made.
    mutating func creationUnanswered(_ environment: ObjectKey, at now: Duration) { unanswered[environment] = now }

    /// How long a creation that nobody answered may yet take effect; `nil` where none may.
    ///
    /// An API server gives a request up after a minute.
    func lateness(of environment: ObjectKey, at now: Duration) -> Duration? {
        guard let left = unanswered[environment].map({ $0 + .seconds(65) - now }), left > .zero else { return nil }
        return left
    }

    // MARK: - Orphans

    /// The uids of namespaces that were told of, by the environment that is gone.
    private var orphans: [ObjectKey: Set<String>] = [:]

    /// Takes note of the orphans that there are.
    ///
    /// - Returns: Those that nobody was told of yet.
    mutating func untold(_ uids: Set<String>, of environment: ObjectKey) -> Set<String> {
        let told = orphans.updateValue(uids, forKey: environment) ?? []
        if uids.isEmpty { orphans[environment] = nil }
        return uids.subtracting(told)
    }

    // MARK: - Virtual clusters

    /// Takes note of how the API server stores an object of a release.
    mutating func applied(_ desired: ReleaseObject, storedAs stored: KubernetesObject) {
        let isAsWanted = stored.isAsWanted(desired.object)
        tolerated[desired.key] = isAsWanted ? nil : Self.tolerance(of: stored, insteadOf: desired)
    }

    /// Whether an object is as the API server stored it when exactly this was applied.
    func tolerates(_ object: KubernetesObject, insteadOf desired: ReleaseObject) -> Bool {
        guard let tolerated = tolerated[desired.key] else { return false }
        let now = Self.tolerance(of: object, insteadOf: desired)
        return tolerated.desired == now.desired && tolerated.stored == now.stored
    }

    private static func tolerance(of object: KubernetesObject, insteadOf desired: ReleaseObject) -> Tolerated {
        let whole = ["whole"]
        return Tolerated(
            desired: ObjectHash(of: ["whole": desired.object.json], fields: [whole]),
            stored: ObjectHash(of: ["whole": object.json.reduced(to: desired.object.json)], fields: [whole]))
    }

    private var settled: [ObjectKey: String] = [:]

    /// Whether a virtual cluster was last found as these wishes have it.
    func isSettled(_ environment: ObjectKey, on wishes: String) -> Bool { settled[environment] == wishes }

    mutating func settle(_ environment: ObjectKey, on wishes: String?) { settled[environment] = wishes }

    mutating func forget(_ environment: ObjectKey) {
        settled[environment] = nil
        looks[environment] = nil
        bindings.remove(environment)
        unanswered[environment] = nil
    }
}

extension KubernetesObject {
    /// Every field that is wanted is there.
    func isAsWanted(_ wanted: KubernetesObject) -> Bool {
        FieldDifference.between(wanted: wanted.json, found: json).isEmpty
    }
}
