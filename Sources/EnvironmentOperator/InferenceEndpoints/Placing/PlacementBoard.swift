import ControllerRuntime
import EnvironmentAPI
import Formats
import Kubernetes
import Synchronization

/// Decides where endpoints have their GPUs, while it may look at nodes and pods.
///
/// Decisions are made one after the other, and each counts for the next before any watch has shown it: so nothing is
/// given twice, however many workers ask.
package final class PlacementBoard: Sendable {
    private let time: any TimeSource
    private let nodes = ObjectCache<GPUNode>(.nodes) { GPUNode($0) }
    private let pods = ObjectCache<GPUPod>(.pods) { GPUPod($0) }
    private let surroundings: Surroundings
    private let makeReflectors: @Sendable (PlacementBoard) -> [any RunnableReflector]
    private let state: Mutex<State>
    /// Yields where something has changed that a decision is made from.
    private let changes: AsyncStream<Void>
    private let change: AsyncStream<Void>.Continuation

    /// What the board can see of nodes and pods.
    private enum Sight: Sendable {
        /// Nobody knows yet whether it may look, or it has not seen everything.
        case unknown
        /// Nobody lets it look: the cluster's scheduler places.
        case none
        case whole
    }

    private struct State {
        var sight = Sight.unknown
        var decisions: PlacementDecisions
    }

    /// Whom it asks, and whom it tells.
    struct Surroundings: Sendable {
        var client: KubernetesClient
        /// While it says no, the API server is asked for nothing.
        var isWanted: @Sendable () -> Bool
        /// Whether NVIDIA's GPUs are given only where no image escapes from its container.
        var needsFixedToolkit: Bool
        var endpoints: @Sendable () -> [InferenceEndpoint]
        var now: @Sendable () -> Timestamp
        /// Has these looked at.
        var wake: @Sendable ([NamespacedName]) -> Void
        var metrics: PlacementMetrics
    }

    /// How often it is looked whether an administrator has bound the role, and whether the API server answers again.
    private static let patience: (refused: Duration, unanswered: Duration) = (.seconds(60), .seconds(1))
    /// What happens within this time is decided about at once.
    private static let gathering: Duration = .milliseconds(250)

    init(
        _ surroundings: Surroundings, time: any TimeSource,
        reflectors: @escaping @Sendable (PlacementBoard) -> [any RunnableReflector]
    ) {
        self.surroundings = surroundings
        self.time = time
        makeReflectors = reflectors
        state = Mutex(State(decisions: PlacementDecisions(needsFixedToolkit: surroundings.needsFixedToolkit)))
        (changes, change) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// What its reflectors fill.
    var caches: (nodes: ObjectCache<GPUNode>, pods: ObjectCache<GPUPod>) { (nodes, pods) }

    /// Watches nodes and pods once it may, for as long as the process leads.
    func run() async throws {
        while true {
            try await untilWanted()
            guard let mayLook = try await mayLook() else {
                try await time.sleep(for: Self.patience.unanswered)
                continue
            }
            if mayLook { break }
            see(.none)
            try await time.sleep(for: Self.patience.refused)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            let reflectors = makeReflectors(self)
            for reflector in reflectors { group.addTask { try await reflector.run() } }
            group.addTask {
                for reflector in reflectors { try await reflector.progress.untilSynced() }
                self.see(.whole)
                try await self.follow()
            }
            try await group.next()
        }
    }

    private func untilWanted() async throws {
        var news = changes.makeAsyncIterator()
        while !surroundings.isWanted() {
            guard await news.next() != nil else { throw CancellationError() }
        }
    }

    /// `nil` where the API server does not say.
    private func mayLook() async throws -> Bool? {
        for resource in [APIResource.nodes, .pods] {
            for verb in ["list", "watch"] {
                let attributes = ResourceAttributes(verb: verb, group: "", resource: resource.plural)
                do {
                    guard try await surroundings.client.selfSubjectAccessReview(attributes).isAllowed else {
                        return false
                    }
                } catch is KubernetesError {
                    return nil
                }
            }
        }
        return true
    }

    /// Has everybody looked at for whom it matters.
    private func see(_ sight: Sight) {
        let isNews = state.withLock { state in
            defer { state.sight = sight }
            return state.sight != sight
        }
        guard isNews else { return }
        let endpoints = surroundings.endpoints().filter { $0.spec.mode != .host }
        surroundings.wake(endpoints.map { NamespacedName(namespace: $0.metadata.namespace, name: $0.metadata.name) })
    }

    /// Decides anew where something has changed, and wakes those for whom that changes something.
    private func follow() async throws {
        for await _ in changes {
            try await time.sleep(for: Self.gathering)
            let changed = state.withLock { state in
                guard state.decisions.isStale else { return [NamespacedName]() }
                return decide(surroundings.endpoints().filter { !$0.isRefused }, &state)
            }
            surroundings.wake(changed)
        }
        try Task.checkCancellation()
    }
}

// MARK: - Deciding

extension PlacementBoard {
    /// Whether an endpoint can be looked at: until it is known who decides where it is placed, it is left as it is.
    ///
    /// An operator that has just been started would else take from engines the nodes that the last one gave them.
    func isReady(for endpoint: InferenceEndpoint) -> Bool {
        !endpoint.asksForGPUs || state.withLock { $0.sight != .unknown }
    }

    /// Where an endpoint is placed, among all that there are; `nil` while nobody lets the operator look.
    func outlook(for endpoint: InferenceEndpoint) -> PlacementOutlook? {
        let uid = endpoint.metadata.uid
        let (outlook, changed) = state.withLock { state -> (PlacementOutlook?, [NamespacedName]) in
            guard state.sight == .whole else { return (blindOutlook(for: endpoint), []) }
            guard endpoint.asksForGPUs else {
                if state.decisions.forget(uid) { change.yield() }
                return (nil, [])
            }
            let now = surroundings.now()
            if let known = state.decisions.outlook(for: endpoint, now: now) { return (known, []) }
            let others = surroundings.endpoints().filter { $0.metadata.uid != uid && !$0.isRefused }
            let changed = decide(others + [endpoint], &state)
            return (state.decisions.outlook(for: endpoint, now: now), changed)
        }
        let name = NamespacedName(namespace: endpoint.metadata.namespace, name: endpoint.metadata.name)
        surroundings.wake(changed.filter { $0 != name })
        return outlook
    }

    /// What is told while nobody lets the operator look: nothing, unless something of a node must be known.
    private func blindOutlook(for endpoint: InferenceEndpoint) -> PlacementOutlook? {
        guard surroundings.needsFixedToolkit, endpoint.asksForGPUs, let resource = endpoint.spec.gpu.resource,
            GPUNeeds.isNVIDIA(resource), endpoint.recordedNode == nil
        else { return nil }
        return PlacementOutlook(verdict: .impossible(.unseenToolkit))
    }

    private func decide(_ endpoints: [InferenceEndpoint], _ state: inout State) -> [NamespacedName] {
        let changed = state.decisions.decide(
            endpoints, nodes: nodes.all.map(\.element), pods: pods.all.map(\.element), now: surroundings.now())
        surroundings.metrics.show(state.decisions)
        return changed
    }

    // MARK: What changes

    func take(_ change: CacheChange<GPUNode>) {
        if change.isNews { becomeStale() }
    }

    func take(_ change: CacheChange<GPUPod>) {
        guard change.isNews else { return }
        // Most pods that come are those that were decided about.
        if case .added(let pod) = change, state.withLock({ $0.decisions.expects(pod.element) }) { return }
        becomeStale()
    }

    func take(_ change: CacheChange<InferenceEndpoint>) {
        switch change {
        case .removed(let object):
            if state.withLock({ $0.decisions.forget(object.element.metadata.uid) }) { self.change.yield() }
        case .changed(from: let before, to: let after) where before.element.isRefused != after.element.isRefused:
            becomeStale()
        case .added, .changed: self.change.yield()
        case .unchanged: break
        }
    }

    private func becomeStale() {
        state.withLock { $0.decisions.isStale = true }
        change.yield()
    }
}

/// What becomes of one endpoint's wish for GPUs.
package struct PlacementOutlook: Sendable, Hashable {
    var verdict: GPUVerdict
    var loss: GPULoss?
}

/// What matters of a pod that holds GPUs; `nil` for every other.
package struct GPUPod: Sendable, Hashable {
    var node: String
    var holders: [GPUHolder]
    /// Of the endpoint that it serves.
    var endpointUID: String?

    init?(_ object: KubernetesObject) {
        holders = GPUHolder.holders(object)
        guard let node = holders.first?.node else { return nil }
        self.node = node
        endpointUID = object.label(Words.Label.inferenceEndpointUID)
    }
}

// MARK: - What endpoints ask for

extension InferenceEndpoint {
    /// It was judged, and is out of order.
    var isRefused: Bool { status.condition(.accepted)?.status == .isFalse }

    var asksForGPUs: Bool { spec.mode != .host && !metadata.isDeleting && spec.gpu.resource != nil }

    /// Where its status says that it is placed; `nil` where that was for something else.
    var recordedNode: String? {
        guard let placement = status.placement, placement.resource == spec.gpu.resource,
            placement.count == spec.gpu.count
        else { return nil }
        return placement.node
    }

    var hasLostItsNode: Bool { status.condition(.placed)?.reason == PlacedReason.nodeLost.rawValue }

    /// What it asks for, wherever it is; `nil` where it needs no GPU of the cluster.
    func gpuRequest(needsFixedToolkit: Bool) -> GPURequest? {
        guard asksForGPUs, let resource = spec.gpu.resource else { return nil }
        return GPURequest(
            uid: metadata.uid, namespace: metadata.namespace, name: metadata.name, count: Int(spec.gpu.count),
            needs: needs(resource, needsFixedToolkit),
            since: metadata.creationTimestamp ?? Timestamp(sinceEpoch: .zero),
            hasLostItsNode: hasLostItsNode)
    }

    private func needs(_ resource: String, _ needsFixedToolkit: Bool) -> GPUNeeds {
        let selector = Dictionary(spec.placement.nodeSelector.map { ($0.key, $0.value) }) { first, _ in first }
        let product = spec.gpu.product.flatMap { value in
            spec.gpu.vendor.productLabel.map { GPUNeeds.Product(label: $0, value: value) }
        }
        return GPUNeeds(
            resource: resource, nodeSelector: selector, tolerations: tolerations, product: product,
            needsFixedToolkit: needsFixedToolkit)
    }
}
