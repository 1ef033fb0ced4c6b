import HTTPModel

/// What a planned fault does to the events of one watch.
struct EventDistortion {
    private let effect: Fault.Effect?
    private var told = 0
    /// An event that the next one overtakes.
    private var held: WatchLine?

    init(_ effect: Fault.Effect?) { self.effect = effect }

    /// What the client is told where the server told this.
    mutating func pass(_ line: WatchLine) throws(HTTPTransportError) -> [WatchLine] {
        defer { told += 1 }
        switch effect {
        case .cutWatch(let limit) where told >= limit:
            throw HTTPTransportError(.interrupted, "the watch was cut")
        case .dropEvent(told + 1): return []
        case .duplicateEvent(told + 1): return [line, line]
        case .swapEvents(told + 1):
            held = line
            return []
        default:
            defer { held = nil }
            return [line] + (held.map { [$0] } ?? [])
        }
    }
}

extension Fault.Effect {
    /// Whether it strikes what a watch tells, and not the request for it.
    var isOfWatchEvents: Bool {
        switch self {
        case .cutWatch, .dropEvent, .duplicateEvent, .swapEvents: true
        default: false
        }
    }
}
