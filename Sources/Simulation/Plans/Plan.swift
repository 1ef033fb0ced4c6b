package import Formats
package import KubernetesSimulator

/// What goes wrong, and when: data, so that it can be printed, replayed and made smaller.
///
/// As text: `write 12 lose; write/secrets 3 lose; 1m..11m any refuse 503; 1m30s clock 24h; 2m destroy networkpolicies
/// pr-1; 1m..2m every 50ms touch environments pr-1`. Requests are those of all the operator's processes, counted by
/// kind from the beginning.
package struct Plan: Sendable, Hashable {
    /// When a fault strikes; times are counted from the beginning.
    package enum Moment: Sendable, Hashable {
        /// The operator's n-th request of a kind, counted from 1.
        case request(Requests, Int)
        /// All requests of a kind that arrive in a time.
        case span(Range<Duration>, Requests)
        case time(Duration)
        /// Again and again within a time.
        case repeated(Range<Duration>, every: Duration)
    }

    /// Requests of a kind; those for one resource alone, or for one object: `write/environments/pr-1`.
    package struct Requests: Sendable, Hashable {
        package var kind: RequestKind
        package var resource: String?
        package var name: String?

        package init(_ kind: RequestKind, resource: String? = nil, name: String? = nil) {
            self.kind = kind
            self.resource = resource
            self.name = name
        }

        package static let write = Requests(.write)
        package static let get = Requests(.get)
        package static let list = Requests(.list)
        package static let watch = Requests(.watch)
    }

    package enum RequestKind: String, Sendable, Hashable, CaseIterable {
        case any
        /// All but those that only keep a lease.
        case write
        /// A lease is kept by a PUT, and nothing else is written by one.
        case renewal
        case get
        case list
        case watch

        var verbs: Set<KubernetesSimulator.Verb> {
            switch self {
            case .any: Set(KubernetesSimulator.Verb.allCases)
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
        /// The operator's wall clock stands still.
        case freeze
        /// The operator's clocks run so many thousandths faster.
        case drift(Int)
        /// Every watch breaks.
        case cut
        /// The server forgets its history, and breaks every watch.
        case compact
        /// The API server is away for so long, and comes back without a history.
        case outage(Duration)
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
            case .request(.dropEvent), .request(.swapEvents), .request(.tellOnly), .request(.emptyList),
                .request(.halfList), .request(.staleList):
                true
            default: false
            }
        }
    }

    /// Whether every list and every watch tells what there is as soon as it is.
    var hearsAll: Bool {
        !faults.contains { fault in
            switch (fault.moment, fault.effect) {
            case (_, .cut), (_, .compact), (_, .outage): true
            case (.request(let requests, _), _), (.span(_, let requests), _): requests.kind.isOfWhatThereIs
            default: false
            }
        }
    }

    /// When the last of the timed faults is done.
    var end: Duration {
        faults.compactMap { fault in
            switch fault.moment {
            case .time(let time): time
            case .span(let span, _), .repeated(let span, _): span.upperBound
            case .request: nil
            }
        }.max() ?? .zero
    }
}

extension Plan.RequestKind {
    /// Whether the operator learns by it what there is.
    fileprivate var isOfWhatThereIs: Bool {
        switch self {
        case .any, .list, .watch: true
        case .write, .renewal, .get: false
        }
    }
}

extension Plan.Fault {
    /// More strikes would be waited for by nobody.
    static let strikeLimit = 10_000

    /// When a fault strikes that strikes by time alone.
    var times: [Duration] {
        switch moment {
        case .time(let time): return [time]
        case .repeated(let span, let period):
            return (0..<Self.strikeLimit).lazy.map { span.lowerBound + period * $0 }.prefix { span.contains($0) }
        case .request, .span: return []
        }
    }
}
