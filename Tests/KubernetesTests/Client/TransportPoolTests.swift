import HTTPModel
import Kubernetes
import TestSupport
import Testing

@Suite("A pool of transports")
struct TransportPoolTests {
    private final class Transport: HTTPTransport {
        func send(_ request: HTTPRequest) async throws -> HTTPResponse { HTTPResponse(status: 200) }

        func stream(
            _ request: HTTPRequest,
            _ receive: (_ line: [UInt8]) async throws -> Void
        ) async throws -> HTTPResponse { HTTPResponse(status: 200) }
    }

    private let time = ManualTime()

    private func pool(_ limit: Int) -> TransportPool {
        TransportPool(limit: limit, idle: .seconds(90), time: time) { settings in
            guard settings.server != "bad" else { throw KubernetesError(.configuration, "no server") }
            return Transport()
        }
    }

    @Test("gives the same one again, and another for another credential")
    func same() throws {
        let pool = pool(4)
        var settings = ConnectionSettings(server: "https://a")
        let first = try pool.transport(settings) as? Transport
        #expect(try pool.transport(settings) as? Transport === first)
        settings.credential = .token(Redacted("t"))
        #expect(try pool.transport(settings) as? Transport !== first)
        #expect(pool.count == 2)
    }

    @Test("keeps no more than its limit: what was used longest ago goes first")
    func limit() throws {
        let pool = pool(2)
        let (a, b, c) = (
            ConnectionSettings(server: "a"), ConnectionSettings(server: "b"), ConnectionSettings(server: "c")
        )
        let first = try pool.transport(a) as? Transport
        let second = try pool.transport(b) as? Transport
        _ = try pool.transport(a)
        _ = try pool.transport(c)
        #expect(pool.count == 2)
        #expect(try pool.transport(a) as? Transport === first)
        #expect(try pool.transport(b) as? Transport !== second)
    }

    @Test("lets go of what nobody has used for a while")
    func idle() throws {
        let pool = pool(4)
        let settings = ConnectionSettings(server: "a")
        weak let first = try pool.transport(settings) as? Transport
        time.advance(by: .seconds(90))
        #expect(try pool.transport(settings) as? Transport === first && first != nil)
        time.advance(by: .seconds(91))
        _ = try pool.transport(ConnectionSettings(server: "b"))
        #expect(first == nil && pool.count == 1)
    }

    @Test("keeps nothing where none could be made")
    func failure() {
        let pool = pool(4)
        #expect(throws: KubernetesError.self) { try pool.transport(ConnectionSettings(server: "bad")) }
        #expect(pool.count == 0)
    }
}
