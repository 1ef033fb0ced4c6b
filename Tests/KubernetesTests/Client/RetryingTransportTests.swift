import HTTPModel
import Kubernetes
import TestSupport
import Testing

@Suite("Retries")
struct RetryingTransportTests {
    private let time = ManualTime(.jumping)

    private func retrying(
        _ script: ScriptedTransport,
        policy: RetryPolicy = RetryPolicy(),
        random: any RandomSource = FixedRandom(0)
    ) -> RetryingTransport {
        RetryingTransport(script, policy: policy, time: time, random: random)
    }

    private func refusal(_ status: Int, after seconds: Int? = nil) -> ScriptedTransport.Step {
        var headers = HTTPHeaders()
        headers["Retry-After"] = seconds.map(String.init)
        return .any(.response(HTTPResponse(status: status, headers: headers)))
    }

    private let ok = ScriptedTransport.Step.any(.response(HTTPResponse(status: 200)))

    @Test("A1: 429 and 503 with a wish are sent again, not before it is over", arguments: HTTPRequest.Method.allCases)
    func refusals(_ method: HTTPRequest.Method) async throws {
        let script = ScriptedTransport([refusal(429, after: 7), refusal(503, after: 3), ok])
        #expect(try await retrying(script).send(HTTPRequest(method, "/")).status == 200)
        #expect(time.sleeps == [.seconds(7), .seconds(3)])
        #expect(script.isFinished)
    }

    @Test("A1: a wish is exceeded by up to a quarter, never undercut")
    func jitter() async throws {
        let script = ScriptedTransport([refusal(429, after: 8), refusal(429, after: 0), ok])
        _ = try await retrying(script, random: FixedRandom(.max)).send(HTTPRequest(.post, "/"))
        #expect(time.sleeps[0] > .seconds(9.9) && time.sleeps[0] <= .seconds(10))
        #expect(time.sleeps[1] == .zero)
    }

    @Test("A2: 429 without a wish waits 0.8 s, doubled each time up to 30 s, ten tries in all")
    func backoff() async throws {
        let policy = RetryPolicy(totalWait: .seconds(600))
        let script = ScriptedTransport((0..<10).map { _ in refusal(429) })
        #expect(try await retrying(script, policy: policy).send(HTTPRequest(.post, "/")).status == 429)
        let expected: [Int] = [800, 1600, 3200, 6400, 12800, 25600, 30000, 30000, 30000]
        #expect(time.sleeps == expected.map { .milliseconds($0) })
        #expect(script.isFinished)
    }

    @Test("A2: who has a back-off of its own is told at once of 429 without a wish, and waits for one with it")
    func untimed() async throws {
        let script = ScriptedTransport([refusal(429, after: 7), refusal(429), ok])
        let policy = RetryPolicy(untimedTries: 1)
        #expect(try await retrying(script, policy: policy).send(HTTPRequest(.post, "/")).status == 429)
        #expect(time.sleeps == [.seconds(7)])
    }

    @Test("A1: all waits together are bounded; then the refusal is the answer, wish included")
    func total() async throws {
        let script = ScriptedTransport([refusal(429, after: 60), refusal(429, after: 60), refusal(429, after: 1)])
        let response = try await retrying(script).send(HTTPRequest(.get, "/"))
        #expect(response.status == 429)
        #expect(response.headers["Retry-After"] == "1")
        #expect(time.sleeps == [.seconds(60), .seconds(60)])
    }

    @Test(
        "no other answer is asked for twice", arguments: [200, 400, 401, 403, 404, 409, 410, 422, 500, 502, 503, 504])
    func answers(_ status: Int) async throws {
        let script = ScriptedTransport([refusal(status, after: status == 503 ? nil : 1)])
        #expect(try await retrying(script).send(HTTPRequest(.get, "/")).status == status)
        #expect(time.sleeps.isEmpty)
        #expect(script.isFinished)
    }

    @Test("without a connection any request is sent again, a few times", arguments: HTTPRequest.Method.allCases)
    func unreachable(_ method: HTTPRequest.Method) async throws {
        let down = ScriptedTransport.Step.any(.failure(.unreachable))
        #expect(try await retrying(ScriptedTransport([down, down, ok])).send(HTTPRequest(method, "/")).isSuccess)
        #expect(time.sleeps == [.milliseconds(800), .milliseconds(1600)])
        let script = ScriptedTransport([down, down, down, down])
        await #expect(throws: HTTPTransportError.self) { try await retrying(script).send(HTTPRequest(method, "/")) }
        #expect(script.isFinished)
    }

    @Test("a broken connection repeats reads alone", arguments: HTTPRequest.Method.allCases)
    func interrupted(_ method: HTTPRequest.Method) async throws {
        let isRead = method == .get || method == .head
        let script = ScriptedTransport([.any(.failure(.interrupted))] + (isRead ? [ok] : []))
        if isRead {
            #expect(try await retrying(script).send(HTTPRequest(method, "/")).isSuccess)
        } else {
            await #expect(throws: HTTPTransportError.self) { try await retrying(script).send(HTTPRequest(method, "/")) }
        }
        #expect(script.isFinished)
    }

    @Test(
        "any other failure is thrown at once",
        arguments: HTTPTransportError.Code.allCases.filter { $0 != .unreachable && $0 != .interrupted })
    func failures(_ code: HTTPTransportError.Code) async throws {
        let script = ScriptedTransport([.any(.failure(code)), .any(.failure(code))])
        for method in [HTTPRequest.Method.get, .patch] {
            let error = await #expect(throws: HTTPTransportError.self) {
                try await retrying(script).send(HTTPRequest(method, "/"))
            }
            #expect(error?.code == code)
        }
        #expect(time.sleeps.isEmpty)
    }

    @Test("a stream is opened again only while its receiver has seen nothing")
    func streams() async throws {
        let broken = ScriptedTransport.Reply.lines(["a"], ending: .failure(.interrupted))
        let script = ScriptedTransport([refusal(429, after: 1), .any(.failure(.interrupted)), .any(broken)])
        var lines: [[UInt8]] = []
        let error = await #expect(throws: HTTPTransportError.self) {
            try await retrying(script).stream(HTTPRequest(.get, "/")) { lines.append($0) }
        }
        #expect(error?.code == .interrupted)
        #expect(lines == [Array("a".utf8)])
        #expect(script.isFinished)
    }

    @Test("a cancelled task does not wait")
    func cancellation() async throws {
        let time = ManualTime()
        let script = ScriptedTransport([refusal(429, after: 60)])
        let transport = RetryingTransport(script, time: time, random: FixedRandom(0))
        await withThrowingTaskGroup(of: HTTPResponse.self) { group in
            group.addTask { try await transport.send(HTTPRequest(.get, "/")) }
            await time.sleepers(1)
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
    }
}

@Suite("Impersonation")
struct ImpersonatingTransportTests {
    private func headers(_ impersonation: ConnectionSettings.Impersonation) async throws -> [HTTPHeaders.Field] {
        let script = ScriptedTransport([.any(.response(HTTPResponse(status: 200)))])
        _ = try await ImpersonatingTransport(script, as: impersonation).send(HTTPRequest(.get, "/"))
        return script.requests[0].headers.fields
    }

    @Test("says on every request whom it acts for")
    func names() async throws {
        let extra = ConnectionSettings.Impersonation.Extra(key: "Acme.com/Team", values: ["x", "y"])
        let fields = try await headers(.init(user: "u", uid: "1", groups: ["a", "b"], extra: [extra]))
        #expect(
            fields.map { "\($0.name): \($0.value)" } == [
                "Impersonate-User: u", "Impersonate-Uid: 1", "Impersonate-Group: a", "Impersonate-Group: b",
                "Impersonate-Extra-acme.com%2Fteam: x", "Impersonate-Extra-acme.com%2Fteam: y",
            ])
    }

    @Test("a user without a name would be the real one, so it is refused")
    func refuses() {
        let script = ScriptedTransport()
        for user in ["", "a\r\nX: y"] {
            #expect(throws: KubernetesError.self) {
                try ImpersonatingTransport(script, as: .init(user: user, groups: ["system:masters"]))
            }
        }
    }
}
