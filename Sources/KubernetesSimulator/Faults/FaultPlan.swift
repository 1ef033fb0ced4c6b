package import Formats
package import HTTPModel

/// What goes wrong, and when: data, so that a run can be replayed.
package struct FaultPlan: Sendable {
    package private(set) var faults: [Fault]

    package init(_ faults: [Fault] = []) { self.faults = faults }

    package mutating func add(_ fault: Fault) { faults.append(fault) }

    /// Counts a request against every fault, and returns what happens to it: the first fault that is due.
    mutating func strike(_ request: APIRequest, at now: Timestamp) -> Fault.Effect? {
        var effect: Fault.Effect?
        for index in faults.indices where faults[index].matches(request, at: now) {
            if faults[index].isDueNext, effect == nil { effect = faults[index].effect }
            faults[index].seen += 1
        }
        return effect
    }
}

/// One thing that goes wrong.
package struct Fault: Sendable {
    /// What happens to the request.
    package enum Effect: Sendable, Hashable {
        /// The request never reaches the cluster.
        case failBefore(HTTPTransportError.Code)
        /// The request is done, its response lost.
        case loseResponse(HTTPTransportError.Code)
        /// The request is done, and answered as if it had failed.
        case misreport(status: Int)
        /// The request is done, its response ends in the middle.
        case truncate
        /// The server refuses, with this status and nothing done.
        case refuse(status: Int, retryAfter: Int?)
        /// The request takes this long to arrive; where the client does not wait that long, it arrives all the same.
        case delay(Duration)
        /// A watch tells this many events and breaks off.
        case cutWatch(afterEvents: Int)
        /// A watch swallows its n-th event, counted from 1, and goes on.
        case dropEvent(Int)
        /// A watch tells its n-th event twice.
        case duplicateEvent(Int)
        /// A watch tells each event so many times.
        case repeatEvents(Int)
        /// A watch tells its n-th event after the next one.
        case swapEvents(Int)
        /// A watch stays open, and tells nothing else.
        case tellOnly(WatchContent)
        /// A watch tells everything so much later.
        case lagWatch(Duration)
        /// A list is answered as it was so many revisions ago.
        case staleList(revisions: Int)
        /// A list shows nothing, as if there were nothing.
        case emptyList
        /// A list shows every second object, as if it were complete.
        case halfList
        /// The client dies: before or after its request is done. From then on all it sends fails, until it is revived.
        case crash(isDone: Bool)
        /// The client dies of what it was about to do, and would again.
        case trap
    }

    /// What a watch still tells.
    package enum WatchContent: String, Sendable, Hashable, CaseIterable {
        case nothing
        case bookmarks
        case objects
    }

    /// Which requests count; what is `nil` matches all.
    package var verbs: Set<Verb>?
    package var resource: String?
    package var namespace: String?
    package var name: String?
    package var subresource: String?
    package var user: String?
    /// How many matching requests pass before it strikes.
    package var skipping: Int
    /// How many it strikes then; `nil`: all.
    package var count: Int?
    /// When requests count; `nil`: always.
    package var period: Range<Timestamp>?
    package var effect: Effect
    /// How many requests matched so far.
    package internal(set) var seen = 0

    package init(
        _ effect: Effect,
        verbs: Set<Verb>? = nil,
        resource: String? = nil,
        namespace: String? = nil,
        name: String? = nil,
        subresource: String? = nil,
        user: String? = nil,
        skipping: Int = 0,
        count: Int? = 1,
        period: Range<Timestamp>? = nil
    ) {
        self.effect = effect
        self.verbs = verbs
        self.resource = resource
        self.namespace = namespace
        self.name = name
        self.subresource = subresource
        self.user = user
        self.skipping = skipping
        self.count = count
        self.period = period
    }

    /// A fault that strikes the n-th write, counted from 1.
    package static func atWrite(_ number: Int, _ effect: Effect, user: String? = nil) -> Fault {
        Fault(effect, verbs: Set(Verb.allCases.filter(\.isWrite)), user: user, skipping: number - 1)
    }

    var isDueNext: Bool {
        seen >= skipping && count.map { seen < skipping + $0 } ?? true
    }

    func matches(_ request: APIRequest, at now: Timestamp) -> Bool {
        let path = request.path
        func agrees(_ wanted: String?, _ actual: String) -> Bool { wanted == nil || wanted == actual }
        return period?.contains(now) ?? true && verbs?.contains(request.verb) ?? true
            && agrees(resource, path.plural) && agrees(namespace, path.namespace) && agrees(name, request.name)
            && agrees(subresource, path.subresource)
            && agrees(user, request.identity.user)
    }
}
