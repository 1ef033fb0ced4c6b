import Formats
import Kubernetes
import Synchronization

/// Prints Events as they come, each state of each once, in columns that stay where they are.
final class EventPrinter: Sendable {
    private struct State {
        /// The last state of each that was printed, by uid.
        var versions: [String: String] = [:]
        var widths: [Int]?
        var hasDocument = false

        mutating func isNew(_ event: KubernetesObject) -> Bool {
            guard let uid = event.uid, let version = event.resourceVersion else { return true }
            return versions.updateValue(version, forKey: uid) != version
        }
    }

    private let console: Console
    private let now: @Sendable () -> Timestamp
    private let state = Mutex(State())

    init(_ console: Console, now: @escaping @Sendable () -> Timestamp) {
        self.console = console
        self.now = now
    }

    /// Prints those that were not printed as they are now.
    func print(_ events: [EventSeen]) throws {
        // Under the lock, so that lines of several watches never mix.
        try state.withLock { state in
            let news = events.filter { state.isNew($0.object) }
            guard !news.isEmpty else { return }
            guard console.format == .table else {
                for event in news { try print(event.object, &state) }
                return
            }
            let table = Table(seen: news.map(\.line), now: now())
            let widths = table.widths(atLeast: state.widths)
            try console.print(table, widths: widths, hasHeadings: state.widths == nil)
            state.widths = widths
        }
    }

    /// One document an event, since a list would have no end.
    private func print(_ event: KubernetesObject, _ state: inout State) throws {
        if state.hasDocument, console.format == .yaml { try console.print("---\n") }
        state.hasDocument = true
        try console.print(event, as: .coreEvents) { Table() }
    }
}
