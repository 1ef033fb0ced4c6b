import Formats
import HTTPModel
import KubernetesSimulator
import Testing

@testable import Simulation

@Suite("the way to the API server")
struct NetworkTests {
    private struct Server: HTTPTransport {
        func send(_ request: HTTPRequest) async throws -> HTTPResponse { HTTPResponse(status: 200) }

        func stream(
            _ request: HTTPRequest, _ receive: (_ line: [UInt8]) async throws -> Void
        ) async throws -> HTTPResponse { HTTPResponse(status: 200) }
    }

    @Test("is closed for as long as it was said, and not cut short by a shorter time")
    func closed() async throws {
        let time = SimulatedTime()
        let network = Network(time)
        let transport = network.transport(to: Server())
        let request = HTTPRequest(.get, "/version")
        #expect(try await transport.send(request).status == 200)
        network.close(for: .seconds(20))
        network.close(for: .seconds(5))
        time.advance(by: .milliseconds(19_999))
        await #expect(throws: HTTPTransportError.self) { try await transport.send(request) }
        await #expect(throws: HTTPTransportError.self) { try await transport.stream(request) { _ in } }
        time.advance(by: .milliseconds(1))
        #expect(try await transport.send(request).status == 200)
        #expect(try await transport.stream(request) { _ in }.status == 200)
    }
}

@Suite("what is true in a run")
struct WorldTests {
    @Test("ends the integrity of a world: the first fact that breaks something", .timeLimit(.minutes(20)))
    func integrity() async throws {
        let world = World(try SimulatedHost.make(), hearsAll: false, keepsTrace: false)
        world.observe(.logged("operator-1", Array("PRIVATE KEY".utf8)))
        for await _ in world.integrity {}
        #expect(world.report(nil).violations.map(\.invariant) == [SecretConfinement.title])
    }
}
