package import HTTPModel
import Synchronization

/// Keeps a few transports to servers that are asked again and again, and lets go of those that nobody uses.
///
/// A transport that is let go of ends with the last request that still uses it.
package final class TransportPool: Sendable {
    private struct Entry {
        var settings: ConnectionSettings
        var transport: any HTTPTransport
        var usedAt: Duration
    }

    private let limit: Int
    private let idle: Duration
    private let time: any TimeSource
    private let make: @Sendable (ConnectionSettings) throws -> any HTTPTransport
    /// The one that was used last stands last.
    private let entries = Mutex<[Entry]>([])

    /// Keeps at most `limit` transports, each until `idle` after its last use, as far as anybody asks by then.
    package init(
        limit: Int = 16,
        idle: Duration = .seconds(90),
        time: any TimeSource,
        make: @escaping @Sendable (ConnectionSettings) throws -> any HTTPTransport
    ) {
        self.limit = max(limit, 1)
        self.idle = idle
        self.time = time
        self.make = make
    }

    /// The transport for these settings: one that is kept, or a new one.
    ///
    /// Other credentials are other settings, so that nobody speaks with another's.
    package func transport(_ settings: ConnectionSettings) throws -> any HTTPTransport {
        let now = time.monotonic
        return try entries.withLock { entries in
            entries.removeAll { now - $0.usedAt > idle }
            let known = entries.firstIndex { $0.settings == settings }
            let transport = try known.map { entries.remove(at: $0).transport } ?? make(settings)
            if entries.count >= limit { entries.removeFirst(entries.count - limit + 1) }
            entries.append(Entry(settings: settings, transport: transport, usedAt: now))
            return transport
        }
    }

    /// How many are kept.
    package var count: Int { entries.withLock(\.count) }
}
