import Helm
package import Kubernetes
import Synchronization

/// What the host can do, as charts ask for it: read from the server now and then, for all environments together.
package final class CapabilitiesMemory: Sendable {
    private let client: KubernetesClient
    private let time: any TimeSource
    private let known = Mutex<(capabilities: Capabilities, readAt: Duration)?>(nil)

    /// A server is upgraded, or learns a new kind, without telling.
    private static let lifetime: Duration = .seconds(600)

    package init(client: KubernetesClient, time: any TimeSource) {
        self.client = client
        self.time = time
    }

    func current() async throws -> Capabilities {
        let now = time.monotonic
        if let known = known.withLock({ $0 }), now - known.readAt < Self.lifetime { return known.capabilities }
        let capabilities = try await client.capabilities()
        known.withLock { $0 = (capabilities, now) }
        return capabilities
    }
}
