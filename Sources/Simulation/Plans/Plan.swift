package import Formats
package import KubernetesSimulator

/// What goes wrong, and when: data, so that it can be printed, replayed and made smaller.
///
/// As text: `write 12 lose; list 3 empty; 1m30s clock 24h; 2m destroy networkpolicies pr-1`. Requests are those of all
/// the operator's processes, counted by kind from the beginning.
package struct Plan: Sendable, Hashable {
    /// When a fault strikes.
    package enum Moment: Sendable, Hashable {
        /// The operator's n-th request of a kind, counted from 1.
        case request(RequestKind, Int)
        /// Counted from the beginning.
        case time(Duration)
    }

    package enum RequestKind: String, Sendable, Hashable, CaseIterable {
        /// All but those that only keep a lease.
        case write
        /// A lease is kept by a PUT, and nothing else is written by one.
        case renewal
        case get
        case list
        case watch

        var verbs: Set<KubernetesSimulator.Verb> {
            switch self {
            case .write: [.create, .patch, .delete, .deleteCollection]
            case .renewal: [.update]
            case .get: [.get]
            case .list: [.list]
            case .watch: [.watch]
            }
        }
    }

    package enum Effect: Sendable, Hashable {
        /// What a request suffers.
        case request(KubernetesSimulator.Fault.Effect)
        /// What a third party does.
        case action(Action)
        /// Every process of the operator dies.
        case crash
        /// The operator's wall clock jumps.
        case clock(Duration)
        /// The operator's clocks run so many thousandths faster.
        case drift(Int)
        /// Every watch breaks.
        case cut
        /// The server forgets its history, and breaks every watch.
        case compact
        /// The API server is away for so long, and comes back without a history.
        case outage(Duration)
        /// No request arrives for so long, while what is open stays open.
        case closed(Duration)
        /// From then on every virtual cluster suffers this, until nothing goes wrong any more.
        case virtual(VirtualClusterFault.Effect)
    }

    package struct Fault: Sendable, Hashable {
        package var moment: Moment
        package var effect: Effect

        package init(_ moment: Moment, _ effect: Effect) {
            self.moment = moment
            self.effect = effect
        }
    }

    package var faults: [Fault]

    package init(_ faults: [Fault] = []) { self.faults = faults }

    /// Reads a plan as it is printed.
    ///
    /// - Throws: An instruction.
    package init(parsing text: String) throws(FormatError) {
        self.init(try Entries.read(text, Fault.init(words:)))
    }
}

extension Plan {
    /// Whether something is kept from the operator that only its own next list will show.
    var isSilent: Bool {
        faults.contains { fault in
            switch fault.effect {
            case .request(.dropEvent), .request(.swapEvents), .request(.emptyList), .request(.staleList): true
            default: false
            }
        }
    }

    /// Whether every list and every watch tells what there is as soon as it is.
    var hearsAll: Bool {
        !faults.contains { fault in
            switch (fault.moment, fault.effect) {
            case (.request(.list, _), _), (.request(.watch, _), _), (_, .cut), (_, .compact), (_, .outage),
                (_, .closed):
                true
            default: false
            }
        }
    }

    /// When the last of the timed faults is done.
    var end: Duration {
        faults.compactMap { if case .time(let time) = $0.moment { time } else { nil } }.max() ?? .zero
    }
}
