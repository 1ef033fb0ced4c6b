import HTTPModel

/// What a planned fault does to the events of one watch.
struct EventDistortion {
    private let effect: Fault.Effect?
    private var told = 0
    /// An event that the next one overtakes.
    private var held: WatchLine?

    init(_ effect: Fault.Effect?) { self.effect = effect }

    /// How much later than it happened anything is told.
    var lag: Duration? { if case .lagWatch(let lag)? = effect { lag } else { nil } }

    /// What the client is told where the server told this.
    mutating func pass(_ line: WatchLine) throws(HTTPTransportError) -> [WatchLine] {
        defer { told += 1 }
        switch effect {
        case .cutWatch(let limit) where told >= limit:
            throw HTTPTransportError(.interrupted, "the watch was cut")
        case .dropEvent(told + 1): return []
        case .duplicateEvent(told + 1): return [line, line]
        case .repeatEvents(let times): return Array(repeating: line, count: times)
        case .tellOnly(let content): return content.holds(line) ? [line] : []
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
        case .cutWatch, .dropEvent, .duplicateEvent, .repeatEvents, .swapEvents, .tellOnly, .lagWatch: true
        default: false
        }
    }
}

extension Fault.WatchContent {
    fileprivate func holds(_ line: WatchLine) -> Bool {
        switch line {
        case .error: true
        case .bookmark: self == .bookmarks
        case .added, .modified, .deleted: self == .objects
        }
    }
}
