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
    private let client: KubernetesClient
    private let makeReflectors: @Sendable (PlacementBoard) -> [any RunnableReflector]
    private let state = Mutex(State())

    fileprivate struct State {
        /// Whether nodes and pods are known.
        var isOpen = false
        /// What was decided and no watch has shown yet: the node, by the endpoint's uid.
        var decided: [String: String] = [:]
    }

    private let isWanted: @Sendable () -> Bool

    /// How often it is looked whether an administrator has bound the role, and whether anybody needs it.
    private static let patience: (refused: Duration, unwanted: Duration) = (.seconds(60), .seconds(5))

    /// While `isWanted` says no, the API server is asked for nothing.
    init(
        client: KubernetesClient, time: any TimeSource, isWanted: @escaping @Sendable () -> Bool,
        reflectors: @escaping @Sendable (PlacementBoard) -> [any RunnableReflector]
    ) {
        self.client = client
        self.time = time
        self.isWanted = isWanted
        makeReflectors = reflectors
    }

    /// What its reflectors fill.
    var caches: (nodes: ObjectCache<GPUNode>, pods: ObjectCache<GPUPod>) { (nodes, pods) }

    /// Watches nodes and pods once it may, for as long as the process leads.
    func run() async throws {
        while true {
            guard isWanted() else {
                try await time.sleep(for: Self.patience.unwanted)
                continue
            }
            if try await mayLook() { break }
            try await time.sleep(for: Self.patience.refused)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            let reflectors = makeReflectors(self)
            for reflector in reflectors { group.addTask { try await reflector.run() } }
            group.addTask {
                for reflector in reflectors { try await reflector.progress.untilSynced() }
                self.state.withLock { $0.isOpen = true }
                try await self.time.sleep(for: .seconds(1_000_000_000))
            }
            try await group.next()
        }
    }

    private func mayLook() async throws -> Bool {
        for resource in [APIResource.nodes, .pods] {
            for verb in ["list", "watch"] {
                let attributes = ResourceAttributes(verb: verb, group: "", resource: resource.plural)
                do {
                    guard try await client.selfSubjectAccessReview(attributes).isAllowed else { return false }
                } catch is KubernetesError {
                    return false
                }
            }
        }
        return true
    }

    /// Where an endpoint is placed, among all that there are; `nil` while nobody lets the operator look.
    func outlook(for endpoint: InferenceEndpoint, among all: [InferenceEndpoint], now: Timestamp) -> PlacementOutlook? {
        let uid = endpoint.metadata.uid
        return state.withLock { state -> PlacementOutlook? in
            guard state.isOpen, endpoint.request(decided: nil, pods: []) != nil else { return nil }
            let pods = self.pods.all.map(\.element)
            state.forget(all)
            let requests = all.filter { $0.metadata.uid != uid && !$0.isRefused } + [endpoint]
            let wanted = requests.compactMap { $0.request(decided: state.decided[$0.metadata.uid], pods: pods) }
            let placement = GPUPlacement(nodes: nodes(wanted, pods), requests: wanted, now: now)
            guard let index = wanted.firstIndex(where: { $0.uid == uid }) else { return nil }
            let verdict = placement.verdicts[index]
            state.decided[uid] = verdict.node
            return PlacementOutlook(verdict: verdict, loss: placement.losses.first { $0.uid == uid })
        }
    }

    private func nodes(_ requests: [GPURequest], _ pods: [GPUPod]) -> [GPUNode] {
        let placed = Dictionary(requests.map { ($0.uid, $0.placement?.node) }) { first, _ in first }
        // What a placed endpoint's pod holds on its node is counted there; leftovers hold theirs until they end.
        let foreign = pods.filter { pod in pod.endpointUID.flatMap { placed[$0] ?? nil } != pod.node }
        return nodes.all.map(\.element).held(by: foreign)
    }
}

extension [GPUNode] {
    /// The nodes, with what these pods hold of them.
    func held(by pods: [GPUPod]) -> [GPUNode] {
        let foreign = Dictionary(grouping: pods, by: \.node)
        return map { node in
            var node = node
            node.foreign = (foreign[node.name] ?? []).flatMap(\.holders).sorted()
            return node
        }
    }
}

extension PlacementBoard.State {
    /// Forgets what the watches show by now, and of whom is gone.
    fileprivate mutating func forget(_ all: [InferenceEndpoint]) {
        let shown = Dictionary(all.map { ($0.metadata.uid, $0.status.placement?.node) }) { first, _ in first }
        decided = decided.filter { uid, node in
            guard let recorded = shown[uid] else { return false }
            return recorded != node
        }
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

extension InferenceEndpoint {
    /// It was judged, and is out of order.
    fileprivate var isRefused: Bool { status.condition(.accepted)?.status == .isFalse }

    /// What it asks for; `nil` where it needs no GPU of the cluster.
    func request(decided: String?, pods: [GPUPod]) -> GPURequest? {
        guard spec.mode != .host, !metadata.isDeleting, let resource = spec.gpu.resource else {
            return nil
        }
        let recorded = status.placement.flatMap {
            $0.resource == resource && $0.count == spec.gpu.count ? $0.node : nil
        }
        let node = decided ?? recorded
        let isRunning = pods.contains { $0.endpointUID == metadata.uid && $0.node == node }
        let reason = status.condition(.placed)?.reason
        return GPURequest(
            uid: metadata.uid, namespace: metadata.namespace, name: metadata.name, count: Int(spec.gpu.count),
            needs: needs(resource), since: metadata.creationTimestamp ?? Timestamp(sinceEpoch: .zero),
            placement: node.map { GPURequest.Placement(node: $0, isRunning: isRunning) },
            hasLostItsNode: reason == PlacedReason.nodeLost.rawValue)
    }

    private func needs(_ resource: String) -> GPUNeeds {
        let selector = Dictionary(spec.placement.nodeSelector.map { ($0.key, $0.value) }) { first, _ in first }
        let product = spec.gpu.product.flatMap { value in
            spec.gpu.vendor.productLabel.map { GPUNeeds.Product(label: $0, value: value) }
        }
        return GPUNeeds(
            resource: resource, nodeSelector: selector, tolerations: tolerations, product: product)
    }
}
