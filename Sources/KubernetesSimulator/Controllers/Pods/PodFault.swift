import Formats

/// What goes wrong with pods, wherever they are, until it is mended: data, so that a run can be replayed.
package struct PodFault: Sendable, Hashable {
    package enum Effect: Sendable, Hashable {
        /// The first init container ends with code 1 and leaves this message.
        case initFailure(message: String)
        /// The first container is ended again and again because it takes more memory than it may.
        case outOfMemory
        /// The image of the first container cannot be pulled.
        case imagePull
        /// The containers run, and are not ready: a server that still loads what it serves.
        case notReady
        /// All is well, and a container has written these lines.
        case says([String], container: String)
    }

    package var effect: Effect
    /// The label that the pods have.
    package var label: String
    package var value: String
    /// `nil`: in all namespaces.
    package var namespace: String?

    package init(_ effect: Effect, label: String, value: String, namespace: String? = nil) {
        self.effect = effect
        self.label = label
        self.value = value
        self.namespace = namespace
    }

    func concerns(_ pod: StoredObject) -> Bool {
        (namespace == nil || namespace == pod.place.namespace) && pod.labels[label]?.string == value
    }
}

extension PodFault.Effect {
    fileprivate var isHarmless: Bool {
        if case .says = self { true } else { false }
    }
}

/// The faults of pods that are planned and not mended.
struct PodFaultRegister: Sendable {
    private var faults: [PodFault] = []

    mutating func plan(_ fault: PodFault) { faults.append(fault) }

    mutating func mend(_ fault: PodFault) { faults.removeAll { $0 == fault } }

    func fault(of pod: StoredObject) -> PodFault.Effect? {
        faults.first { $0.concerns(pod) && !$0.effect.isHarmless }?.effect
    }

    /// What a container was made to say; the newest counts.
    func log(of pod: StoredObject, container: String) -> [String]? {
        for fault in faults.reversed() where fault.concerns(pod) {
            if case .says(let lines, container: container) = fault.effect { return lines }
        }
        return nil
    }
}

extension SimulatedAPIServer {
    /// Makes something go wrong with pods, those that run already included.
    package func plan(_ fault: PodFault) {
        change { cluster in
            cluster.podFaults.plan(fault)
            cluster.restart(whom: fault)
        }
    }

    /// Ends what was planned; the pods start anew.
    package func mend(_ fault: PodFault) {
        change { cluster in
            cluster.podFaults.mend(fault)
            cluster.restart(whom: fault)
        }
    }
}

extension Cluster {
    fileprivate mutating func restart(whom fault: PodFault) {
        guard let delay = settings.podStartDelay else { return }
        for pod in store.objects(of: .pods, in: fault.namespace) where fault.concerns(pod) {
            agenda.add(.startPod(pod.place, uid: pod.uid), at: now + delay)
        }
    }
}
