import Helm
import Simulation
import Synchronization

/// The repository of the simulation, which a test may let fail or add to, and which counts.
final class ScriptedCharts: ChartSource {
    private struct State {
        var failure: ChartFetchError?
        var extra: [ChartFile] = []
        var asked = 0
    }

    private let state = Mutex(State())

    /// How often a chart was asked for.
    var asked: Int { state.withLock(\.asked) }

    /// Lets every fetch fail, or none.
    func fail(_ failure: ChartFetchError?) { state.withLock { $0.failure = failure } }

    /// Puts templates into the chart of every version that is fetched from now on.
    func add(_ name: String, _ text: String) {
        state.withLock { $0.extra.append(ChartFile(path: "templates/\(name)", bytes: Array(text.utf8))) }
    }

    func chart(_ reference: ChartReference, credentials: ChartCredentials?) async throws -> FetchedChart {
        let (failure, extra) = state.withLock { state in
            state.asked += 1
            return (state.failure, state.extra)
        }
        if let failure { throw failure }
        return try await StandInCharts(with: extra).chart(reference, credentials: credentials)
    }
}
