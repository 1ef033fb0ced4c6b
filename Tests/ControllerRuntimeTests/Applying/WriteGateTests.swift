import ControllerRuntime
import Formats
import HTTPModel
import TestSupport
import Testing

@Suite struct WriteGateTests {
    let pause = PauseSwitch()
    let base = ScriptedTransport()

    @Test("a closed gate lets no changing request out, and every reading one", arguments: HTTPRequest.Method.allCases)
    func closed(method: HTTPRequest.Method) async throws {
        base.then(.any(.json(200, [:])))
        let transport = GatedTransport(base, gate: pause)
        pause.pause(because: "an administrator said so")
        if method == .get || method == .head {
            _ = try await transport.send(HTTPRequest(method, "/x"))
        } else {
            await #expect(throws: WriteRefusal(.paused, "an administrator said so")) {
                _ = try await transport.send(HTTPRequest(method, "/x"))
            }
            #expect(base.requests.isEmpty)
            pause.resume()
            _ = try await transport.send(HTTPRequest(method, "/x"))
        }
        #expect(base.requests.map(\.method) == [method])
    }

    @Test("a stream is gated as well")
    func stream() async {
        pause.pause(because: "p")
        await #expect(throws: WriteRefusal.self) {
            _ = try await GatedTransport(base, gate: pause).stream(HTTPRequest(.post, "/x")) { _ in }
        }
        #expect(base.requests.isEmpty)
    }

    @Test(
        "A22: a change is settled before another process may lead: its time is limited",
        arguments: [(nil, 4), (30, 4), (2, 2)] as [(Int?, Int)])
    func timeout(asked: Int?, sent: Int) async throws {
        base.then(.any(.json(200, [:])), .any(.json(200, [:])))
        let transport = GatedTransport(base, gate: nil)
        _ = try await transport.send(HTTPRequest(.patch, "/x", timeout: asked.map { .seconds($0) }))
        _ = try await transport.send(HTTPRequest(.get, "/x", timeout: asked.map { .seconds($0) }))
        #expect(base.requests.map(\.timeout) == [.seconds(sent), asked.map { .seconds($0) }])
    }

    @Test("of several gates one closed is enough")
    func several() throws {
        let other = PauseSwitch()
        let gates = WriteGates([pause, other])
        try gates.permit()
        other.pause(because: "o")
        #expect(throws: WriteRefusal(.paused, "o")) { try gates.permit() }
    }

    @Test("leadership permits until its deadline, and not a moment longer")
    func leadership() async throws {
        let time = ManualTime(monotonic: .seconds(100))
        let gate = LeadershipGate(time: time)
        #expect(throws: WriteRefusal.self) { try gate.permit() }
        gate.open(until: .seconds(110))
        time.advance(by: .milliseconds(9_999))
        try gate.permit()
        time.advance(by: .milliseconds(1))
        #expect(throws: WriteRefusal.self) { try gate.permit() }
    }
}
