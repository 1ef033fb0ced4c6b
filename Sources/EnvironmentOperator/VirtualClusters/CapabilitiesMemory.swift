import ControllerRuntime
import Helm
package import Kubernetes

/// What the host can do, as charts ask for it: read from the server now and then, once for all environments together.
package final class CapabilitiesMemory: Sendable {
    private struct State {
        var known: (capabilities: Capabilities, readAt: Duration)?
        var isReading = false

        /// What is known and not too old; `nil` inside where the caller must read, outside where somebody does.
        mutating func recall(at now: Duration) -> Capabilities?? {
            if let known, now - known.readAt < CapabilitiesMemory.lifetime { return .some(known.capabilities) }
            guard !isReading else { return nil }
            isReading = true
            return .some(nil)
        }
    }

    private let client: KubernetesClient
    private let time: any TimeSource
    private let state = Monitor(State())

    /// A server is upgraded, or learns a new kind, without telling.
    private static let lifetime: Duration = .seconds(600)

    package init(client: KubernetesClient, time: any TimeSource) {
        self.client = client
        self.time = time
    }

    func current() async throws -> Capabilities {
        let now = time.monotonic
        if let known = try await state.wait(until: { $0.recall(at: now) }) { return known }
        defer { state.withLock { $0.isReading = false } }
        let capabilities = try await client.capabilities()
        state.withLock { $0.known = (capabilities, now) }
        return capabilities
    }
}
