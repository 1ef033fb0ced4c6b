package import Formats

/// One request that could have changed something, and what came of it.
package struct WriteRecord: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        /// An object was made.
        case created
        /// An object is in a new state.
        case changed
        /// The request was fine and changed nothing.
        case unchanged
        /// An object is gone.
        case deleted
        /// The request was refused, or lost on its way.
        case refused(status: Int)
    }

    package var identity: Identity
    package var verb: Verb
    /// `pods`, `deployments.apps`.
    package var resource: String
    package var namespace: String
    package var name: String
    package var subresource: String
    /// The object's uid, empty where there was none.
    package var uid: String
    package var resourceVersion: String
    package var time: Timestamp
    package var outcome: Outcome
    package var isDryRun: Bool
    /// The uid that the request insisted on; empty where it took whatever is there.
    package var expectedUID = ""
    /// The resourceVersion that the request insisted on.
    package var expectedVersion = ""
}

extension WriteRecord: CustomStringConvertible {
    package var description: String {
        let place = namespace.isEmpty ? name : "\(namespace)/\(name)"
        let part = subresource.isEmpty ? "" : "/\(subresource)"
        return "\(identity.user) \(verb.rawValue) \(resource)\(part) \(place) \(outcome)"
    }
}

extension WriteRecord.Outcome: CustomStringConvertible {
    package var description: String {
        switch self {
        case .created: "created"
        case .changed: "changed"
        case .unchanged: "unchanged"
        case .deleted: "deleted"
        case .refused(let status): "refused(status: \(status))"
        }
    }
}

/// A permission that somebody needed, and whether a role gave it.
package struct AccessRecord: Sendable, Hashable {
    package var user: String
    /// `get`, `list`; also `bind`, which is no request.
    package var verb: String
    package var group: String
    /// `pods`, `pods/log`.
    package var resource: String
    /// Empty for a collection, unless a field selector names one object of it.
    package var name: String
    /// Empty for the cluster.
    package var namespace: String
    package var isAllowed: Bool
}

extension AccessRecord: CustomStringConvertible {
    package var description: String {
        let place = [namespace, name].filter { !$0.isEmpty }.joined(separator: "/")
        return "\(verb) \(group.isEmpty ? resource : "\(resource) of \(group)") \(place)"
    }
}

/// Every write that reached the cluster, in order: the truth that tests hold an operator to.
struct Ledger {
    /// How many records are kept; older ones go first.
    static let limit = 200_000

    private(set) var records: [WriteRecord] = []
    private(set) var accesses: [AccessRecord] = []
    private var knownAccesses: Set<AccessRecord> = []
    /// Whether somebody is told what happens.
    var isWitnessed = false
    /// What the witness has not been told yet.
    private var facts: [ClusterFact] = []
    /// Whose request is being answered.
    var author: Identity?

    /// Takes note of a permission, once.
    mutating func note(_ access: AccessRecord) {
        guard accesses.count < Self.limit, knownAccesses.insert(access).inserted else { return }
        accesses.append(access)
    }

    mutating func append(_ record: WriteRecord) {
        note(.request(record))
        records.append(record)
        if records.count > Self.limit { records.removeFirst(Self.limit / 10) }
    }

    mutating func clear() { records = [] }

    /// Keeps a fact for the witness, where there is one.
    mutating func note(_ fact: @autoclosure () -> ClusterFact) {
        if isWitnessed { facts.append(fact()) }
    }

    mutating func note(_ event: StoreEvent, at time: Timestamp) {
        let author = author
        note(.change(ObjectChange(event, at: time, by: author)))
    }

    /// What happened since this was last asked.
    mutating func takeFacts() -> [ClusterFact] {
        defer { facts = [] }
        return facts
    }
}

extension Cluster {
    /// Writes down a request that began when the store stood at `before`.
    mutating func note(_ request: APIRequest, _ result: Result<APIReply, APIStatus>, since before: UInt64) {
        // Reviews ask; they change nothing.
        guard !Self.isReview(request.path) else { return }
        var record = self.record(request)
        switch result {
        case .failure(let status):
            record.outcome = .refused(status: status.code)
        case .success(.object(let object, _, let code)):
            record.name = object.place.name
            record.uid = object.uid
            record.resourceVersion = String(object.revision)
            record.outcome = outcome(object, code, since: before)
        case .success(.json(let json, let code)):
            record.uid = json[path: "details", "uid"]?.string ?? ""
            record.outcome = request.verb == .delete ? .deleted : code == 201 ? .created : .changed
        case .success: return
        }
        ledger.append(record)
    }

    /// One object out of many that a single request deleted.
    mutating func noteDeletion(of object: StoredObject, _ reply: APIReply, _ request: APIRequest) {
        var record = self.record(request)
        record.name = object.place.name
        record.uid = object.uid
        record.resourceVersion = String(object.revision)
        record.outcome = store[object.place] == nil ? .deleted : .changed
        ledger.append(record)
    }

    private func outcome(_ object: StoredObject, _ code: Int, since before: UInt64) -> WriteRecord.Outcome {
        if code == 201 { return .created }
        if store[object.place]?.uid != object.uid { return .deleted }
        return object.revision > before ? .changed : .unchanged
    }

    private func record(_ request: APIRequest) -> WriteRecord {
        let path = request.path
        return WriteRecord(
            identity: request.identity,
            verb: request.verb,
            resource: NamedResource(group: path.group, word: path.plural).qualified,
            namespace: path.namespace,
            name: path.name,
            subresource: path.subresource,
            uid: "",
            resourceVersion: "",
            time: now,
            outcome: .unchanged,
            isDryRun: request.isDryRun,
            expectedUID: request.expected("uid"),
            expectedVersion: request.expected("resourceVersion")
        )
    }
}

extension APIRequest {
    /// What the request insists on finding, so that it changes nothing else.
    fileprivate func expected(_ field: String) -> String {
        body?[path: verb == .delete ? "preconditions" : "metadata", field]?.string ?? ""
    }
}
