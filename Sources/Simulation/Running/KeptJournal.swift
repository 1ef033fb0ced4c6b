import ControllerRuntime
import Synchronization

/// What processes of one machine leave behind of their work, as a file there would.
final class KeptJournal: Sendable {
    private struct State {
        var quarantine = Quarantine()
        var hasTrapped = false
    }

    private let state = Mutex(State())

    /// A new process finds what the last one had in flight when it trapped; who was killed died of something else.
    func reopen() {
        state.withLock { state in
            let suspects = state.hasTrapped ? state.quarantine.inFlight.compactMap(\.self) : []
            state = State(quarantine: Quarantine(crashes: state.quarantine.crashes, inFlight: suspects))
        }
    }

    func noteTrap() { state.withLock { $0.hasTrapped = true } }

    func begin(_ suspect: Quarantine.Suspect) -> Bool { state.withLock { $0.quarantine.begin(suspect) != nil } }

    func end(_ controller: String, _ key: String) {
        state.withLock { _ = $0.quarantine.end(controller: controller, key: key) }
    }
}
