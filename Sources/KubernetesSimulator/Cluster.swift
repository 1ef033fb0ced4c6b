import Formats
import Kubernetes

/// The whole simulated cluster as one value: what it remembers, what it still has to do, and what time it is.
///
/// A request is answered by ``answer(_:)``, which changes the value and nothing else: no clock, no lock, no task.
struct Cluster {
    let settings: SimulationSettings
    var now: Timestamp
    var store = ObjectStore()
    var registry = ResourceRegistry()
    var ids: IdentifierSource
    var tokens = TokenRegister()
    var agenda = Agenda()
    var ledger = Ledger()
    var virtualClusters = VirtualClusterRegister()
    var fleet = Fleet()
    var endpoints = EndpointsRegister()
    var podFaults = PodFaultRegister()
    /// What the request at hand is warned of.
    var warnings: [String] = []
    /// What the next compaction forgets: the revision of one window ago.
    var compactionMark: UInt64 = 0
    /// The rules of every role, read once and not with every request.
    private(set) var policyRules: [Place: [PolicyRule]] = [:]
    var decisions = AccessDecisions()
    /// The tables that changed since the watches were last told.
    private var changed: Set<TableName> = []

    init(settings: SimulationSettings, now: Timestamp) {
        self.settings = settings
        self.now = now
        ids = IdentifierSource(seed: settings.seed)
    }

    /// Answers a request, with everything that a real server would do or refuse.
    mutating func answer(_ request: APIRequest) throws(APIStatus) -> APIReply {
        guard request.verb.isWrite else { return try perform(request) }
        warnings = []
        let before = store.revision
        let author = ledger.author
        ledger.author = request.identity
        defer { ledger.author = author }
        let result: Result<APIReply, APIStatus>
        do throws(APIStatus) { result = .success(try perform(request)) } catch { result = .failure(error) }
        note(request, result, since: before)
        return try result.get()
    }

    private mutating func perform(_ request: APIRequest) throws(APIStatus) -> APIReply {
        try authorize(request)
        if let reply = try review(request) { return reply }
        let path = request.path
        guard let descriptor = registry[path.group, path.version, path.plural] else {
            throw registry.isBuiltIn(group: path.group) ? .noSuchResource : .noSuchPage
        }
        try checkRoute(request, descriptor)
        try RequestOptions(request: request).check()
        if path.subresource == "scale" { return try scale(request, descriptor) }
        switch request.verb {
        case .get where path.subresource == "log": return .text(try log(of: existing(request, descriptor), request))
        case .get: return .object(try existing(request, descriptor), descriptor)
        case .list: return try list(request, descriptor)
        case .watch: return .watch(try watch(request, descriptor))
        case .create where path.subresource == "token": return try requestToken(request, descriptor)
        case .create where path.subresource == "eviction": return try evict(request, descriptor)
        case .create: return try create(request, descriptor)
        case .update: return try update(request, descriptor)
        case .patch: return try patch(request, descriptor)
        case .delete: return try delete(request, descriptor)
        case .deleteCollection: return try deleteCollection(request, descriptor)
        }
    }

    private func checkRoute(_ request: APIRequest, _ descriptor: ResourceDescriptor) throws(APIStatus) {
        let path = request.path
        if !path.subresource.isEmpty, !descriptor.subresources.contains(path.subresource) {
            throw .noSuchResource
        }
        if !path.namespace.isEmpty, !descriptor.resource.isNamespaced { throw .noSuchResource }
        let isUnplaced = descriptor.resource.isNamespaced && path.namespace.isEmpty
        if isUnplaced, !path.name.isEmpty { throw .noSuchResource }
        if isUnplaced, [.create, .deleteCollection].contains(request.verb) { throw .methodNotAllowed }
        if path.name.isEmpty, [.update, .patch].contains(request.verb) { throw .methodNotAllowed }
        if request.verb == .deleteCollection, !descriptor.deletesCollections { throw .methodNotAllowed }
        if ResourceDescriptor.actions.contains(path.subresource), request.verb != .create { throw .methodNotAllowed }
    }

    /// The object a request names.
    func existing(_ request: APIRequest, _ descriptor: ResourceDescriptor) throws(APIStatus) -> StoredObject {
        let path = request.path
        if request.verb == .get { try checkVersion(request.query) }
        guard let object = store[descriptor.place(namespace: path.namespace, name: path.name)] else {
            throw .notFound(descriptor.named, path.name)
        }
        return object
    }

    // MARK: - Writing down

    /// Keeps a new state, and lets the controllers know.
    mutating func put(_ json: JSONValue, at place: Place) -> StoredObject {
        let event = store.put(json, at: place)
        react(to: event)
        return event.object
    }

    /// Removes an object, and lets the controllers know.
    @discardableResult
    mutating func remove(_ place: Place, last: JSONValue) -> StoredObject? {
        guard let event = store.remove(place, last: last) else { return nil }
        react(to: event)
        return event.object
    }

    /// The tables that changed since this was last asked.
    mutating func takeChanges() -> Set<TableName> {
        defer { changed = [] }
        return changed
    }

    private mutating func react(to event: StoreEvent) {
        let place = event.object.place
        changed.insert(place.table)
        ledger.note(event, at: now)
        noteForAccess(place)
        for (work, delay) in Controllers.work(after: event, settings) { agenda.add(work, at: now + delay) }
        noteForScheduling(event)
        noteForEndpoints(event)
    }
}

extension Cluster {
    private mutating func noteForAccess(_ place: Place) {
        switch place.table {
        case .roles, .clusterRoles: policyRules[place] = store[place]?.json["rules"]?.array?.map(PolicyRule.init)
        case .roleBindings, .clusterRoleBindings: break
        default: return
        }
        decisions.forget()
    }
}

/// What the cluster answers where it does not refuse.
enum APIReply {
    case object(StoredObject, ResourceDescriptor, code: Int = 200)
    case list(ListReply)
    case json(JSONValue, code: Int = 200)
    case text(String)
    case watch(WatchCursor)
}

/// Uids, generated names and tokens, replayed by a seed.
struct IdentifierSource {
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// A UUID of version 4.
    mutating func uid() -> String {
        let high = (random.next() & ~0xF000) | 0x4000
        let low = (random.next() & ~(0xC000 << 48)) | (0x8000 << 48)
        let digits = Self.hexadecimal(high) + Self.hexadecimal(low)
        var text = ""
        text.reserveCapacity(36)
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        return text
    }

    /// The five letters that `generateName` appends.
    mutating func suffix() -> String {
        let letters = Array("bcdfghjklmnpqrstvwxz2456789")
        return String((0..<5).map { _ in letters[Int(random.next() % UInt64(letters.count))] })
    }

    mutating func token() -> String {
        "simulated." + (0..<4).map { _ in Self.hexadecimal(random.next()) }.joined()
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
