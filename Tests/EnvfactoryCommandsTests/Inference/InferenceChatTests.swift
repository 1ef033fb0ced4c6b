import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("envfactory inference chat")
struct InferenceChatTests {
    private static let proxy = "/api/v1/namespaces/inf-a/services/http:llm-server:18080/proxy/v1/chat/completions"

    /// The lines of an answer in these pieces.
    private static func answer(_ pieces: String..., reason: String? = "stop", isDone: Bool = true) -> [String] {
        var events: [JSONValue] = [["choices": [["delta": ["role": "assistant", "content": nil]]]]]
        events += pieces.map { ["choices": [["delta": ["content": .string($0)]]]] }
        if let reason { events.append(["choices": [["delta": [:], "finish_reason": .string(reason)]]]) }
        return events.flatMap { ["data: \($0.text())", ""] } + (isDone ? ["data: [DONE]", ""] : [])
    }

    private static func body(_ script: ScriptedTransport) throws -> JSONValue {
        try JSONValue(parsing: script.requests.last?.body ?? [])
    }

    // MARK: In the cluster

    @Test("asks through the API server, and prints the answer as it comes")
    func asks() async throws {
        var cluster = try await CommandCluster()
        try await cluster.servedEndpoint("a")
        let script = cluster.script([
            .expect(.post, Self.proxy, .lines(Self.answer("Because of ", "Rayleigh."), ending: .silence))
        ])
        #expect(await cluster.run("inference chat a why is it blue") == CommandLineRun("Because of Rayleigh.\n"))
        #expect(
            try Self.body(script) == [
                "model": "owner/gemma", "stream": true, "messages": [["role": "user", "content": "why is it blue"]],
            ])
        #expect(script.isFinished)
    }

    @Test("takes the prompt from standard input, and says what else the options say")
    func options() async throws {
        var cluster = try await CommandCluster()
        try await cluster.servedEndpoint("a")
        cluster.machine.input = "line one\nline two\n\n"
        let script = cluster.script([.any(.lines(Self.answer("ok\n"), ending: .end))])
        #expect(await cluster.run("inference chat a --system Review. --max-tokens 7 -") == CommandLineRun("ok\n"))
        #expect(
            try Self.body(script) == [
                "model": "owner/gemma", "stream": true, "max_tokens": 7,
                "messages": [
                    ["role": "system", "content": "Review."], ["role": "user", "content": "line one\nline two"],
                ],
            ])
    }

    @Test(
        "wants a prompt", arguments: [("inference chat a", "<prompt> is missing"), ("inference chat a -", "standard ")])
    func noPrompt(line: String, message: String) async throws {
        let run = await TestMachine().run(line)
        #expect(run.diagnostics.hasPrefix("error: \(message)"))
        #expect(run.code == .usage)
    }

    @Test("lets no answer steer the terminal")
    func escapes() async throws {
        var cluster = try await CommandCluster()
        try await cluster.servedEndpoint("a")
        _ = cluster.script([.any(.lines(Self.answer("\u{1B}[2J", "a\tb\n\u{202E}c"), ending: .end))])
        #expect(await cluster.run("inference chat a hi") == CommandLineRun("\\u{1b}[2Ja\tb\n\\u{202e}c\n"))
    }

    @Test(
        "says what the answer does not",
        arguments: [
            (
                Self.answer("cut", reason: "length"), "cut\n",
                "the answer is cut off, since it has as many tokens as it "
            ),
            (Self.answer(), "", "the model answered nothing\n"),
            (
                ["data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}", ""] + Self.answer("yes"), "yes\n",
                "the model thinks; the answer follows\n"
            ),
        ])
    func notes(lines: [String], output: String, note: String) async throws {
        var cluster = try await CommandCluster()
        try await cluster.servedEndpoint("a")
        _ = cluster.script([.any(.lines(lines, ending: .end)), .any(.lines(lines, ending: .end))])
        let run = await cluster.run("inference chat a hi")
        #expect(run.output == output)
        #expect(run.diagnostics.hasPrefix(note))
        #expect(run.code == .success)
        #expect(await cluster.run("inference chat a hi -q") == CommandLineRun(output))
    }

    @Test(
        "ends the line of an answer that breaks off, and fails",
        arguments: [
            (
                Self.answer("half", reason: nil, isDone: false), .end,
                "error: the answer broke off: what came is no whole "
            ),
            (
                Self.answer("half", reason: nil, isDone: false), .failure(.interrupted),
                "error: the model server is not "
            ),
            (["<html>"], .end, "error: the answer broke off: "),
            (["data: <html>", ""], .end, "error: what answers is no model server with an OpenAI-compatible API: it "),
        ] as [([String], ScriptedTransport.Ending, String)])
    func breaksOff(lines: [String], ending: ScriptedTransport.Ending, message: String) async throws {
        var cluster = try await CommandCluster()
        try await cluster.servedEndpoint("a")
        _ = cluster.script([.any(.lines(lines, ending: ending))])
        let run = await cluster.run("inference chat a hi")
        #expect(run.output == (lines.count > 2 ? "half\n" : ""))
        #expect(run.diagnostics.hasPrefix(message))
        #expect(run.code == .unreachable)
    }

    @Test("an answer that said why it ends is whole, however the connection ends", arguments: [true, false])
    func brokenAfterwards(isDone: Bool) async throws {
        var cluster = try await CommandCluster()
        try await cluster.servedEndpoint("a")
        // The line that ends the last event is missing as well.
        let lines = Self.answer("whole", isDone: isDone).dropLast()
        _ = cluster.script([.any(.lines(Array(lines), ending: .failure(.interrupted)))])
        #expect(await cluster.run("inference chat a hi") == CommandLineRun("whole\n"))
    }

    @Test("stops when the time is over")
    func timesOut() async throws {
        var stage = try await CommandCluster()
        try await stage.servedEndpoint("a")
        let lines = Self.answer("half", reason: nil, isDone: false)
        _ = stage.script([.any(.lines(lines, ending: .silence))])
        let (machine, cluster) = (stage.machine, stage.cluster)
        let (output, diagnostics) = (MemoryOutput(), MemoryOutput())
        async let code = Program.run(
            ["inference", "chat", "a", "hi", "--timeout", "20s"], machine.surroundings(output, diagnostics))
        await cluster.eventually("half of the answer is shown") {
            output.text == "half" && cluster.time.nextAlarm != nil
        }
        cluster.time.advance(by: .seconds(20))
        #expect(await code == .timedOut)
        #expect(output.text == "half\n")
        #expect(
            diagnostics.text == """
                error: the answer is not whole after 20s
                hint: --max-tokens makes it shorter, --timeout waits longer

                """)
    }

    // MARK: Refused

    @Test("says what to ask for where the right is missing")
    func forbidden() async throws {
        var cluster = try await CommandCluster()
        try await cluster.servedEndpoint("a")
        let message = #"services "http:llm-server:18080" is forbidden: User "jane" cannot create services/proxy"#
        _ = cluster.script([.any(.status(403, "Forbidden", message: message))])
        #expect(
            await cluster.run("inference chat a hi")
                == CommandLineRun(
                    diagnostics: """
                        error: the model server is not reached through the API server: \(message)
                        hint: ask whoever runs this cluster for a role in namespace inf-a that may create services/proxy
                        hint: or reach it by a way of your own, such as 'kubectl port-forward -n inf-a service/llm-server 18080', and add --url http://localhost:18080

                        """, code: .forbidden))
    }

    @Test(
        "tells the model server's refusals from the API server's, and how the endpoint stands",
        arguments: [
            (
                ScriptedTransport.Reply.json(503, ["error": ["message": "Loading \u{1B}model", "code": 503]]), 7,
                "the model server says: Loading \\u{1b}model"
            ),
            (
                .json(400, ["error": ["message": "the request exceeds the context"]]), 5,
                "the model server says: the request exceeds the context"
            ),
            (
                .status(503, "ServiceUnavailable", message: "no endpoints available for service \"x\""), 7,
                "the model server is not reached through the API server: no endpoints available for service \"x\""
            ),
            (
                .response(HTTPResponse(status: 502, body: Array("<html>".utf8))), 7,
                "the model server is not reached through the API server: the server answers HTTP 502 without a Status: "
                    + "a proxy before the API server may have answered"
            ),
        ] as [(ScriptedTransport.Reply, Int32, String)])
    func refusals(reply: ScriptedTransport.Reply, code: Int32, message: String) async throws {
        var cluster = try await CommandCluster()
        try await cluster.servedEndpoint(
            "a", [.no(.modelReady, "Loading", "It loads."), .no(.ready, "Loading", "It loads.")])
        _ = cluster.script([.any(reply)])
        let run = await cluster.run("inference chat a hi")
        // What it says of the request itself is not explained by how it stands.
        let hint = "hint: inference endpoint a is not ready: ModelReady is False (Loading): It loads.\n"
        #expect(run.diagnostics == "error: \(message)\n" + (run.code == .rejected ? "" : hint))
        #expect(run.code.rawValue == code)
    }

    @Test("shows another way to a model that is ready, and that the API server does not reach")
    func otherWay() async throws {
        var cluster = try await CommandCluster()
        try await cluster.servedEndpoint("a")
        let message = "error trying to reach service: dial tcp 10.244.0.7:8080: i/o timeout"
        _ = cluster.script([.any(.status(503, "ServiceUnavailable", message: message))])
        #expect(
            await cluster.run("inference chat a hi")
                == CommandLineRun(
                    diagnostics: """
                        error: the model server is not reached through the API server: \(message)
                        hint: its network policy lets pods in, and no API server: where the cluster's network keeps policies for it, ask from a pod of namespace team
                        hint: or reach it by a way of your own, such as 'kubectl port-forward -n inf-a service/llm-server 18080', and add --url http://localhost:18080

                        """, code: .unreachable))
    }

    @Test("says what it waits for where it is not served yet")
    func notServed() async throws {
        let cluster = try await CommandCluster()
        try await cluster.endpoint("a")
        #expect(
            await cluster.run("inference chat a hi")
                == CommandLineRun(
                    diagnostics: """
                        error: inference endpoint a is not served yet
                        hint: 'envfactory inference wait a' waits for it

                        """, code: .notFound))
        #expect(await cluster.run("inference chat b hi").code == .notFound)
    }

    // MARK: Beside the cluster

    private static func models(_ name: String) -> ScriptedTransport.Reply {
        .json(200, ["object": "list", "data": [["id": .string(name)]]])
    }

    @Test("asks a model server beside the cluster directly, once it has shown that it is the one")
    func direct() async throws {
        var cluster = try await CommandCluster()
        try await cluster.endpoint("a", CommandCluster.hostSpec)
        let web = ScriptedTransport([
            .expect(.get, "http://host.example:8080/v1/models", Self.models("gemma")),
            .expect(.post, "http://host.example:8080/v1/chat/completions", .lines(Self.answer("hi"), ending: .end)),
        ])
        cluster.machine.repositories = web
        #expect(await cluster.run("inference chat a hi") == CommandLineRun("hi\n"))
        #expect(web.isFinished)
    }

    @Test(
        "sends no prompt to what only has the address of the model server here",
        arguments: [
            (models("other"), "what answers there does not list the model gemma"),
            (.json(503, ["error": ["message": "Loading"]]), "the model server there loads its model"),
            (.json(401, ["error": ["message": "Who?"]]), "it answers /v1/models with status 401: Who?"),
            (.response(HTTPResponse(status: 404)), "it answers /v1/models with status 404"),
            (.failure(.unreachable), "scripted Unreachable"),
        ] as [(ScriptedTransport.Reply, String)])
    func outOfReach(reply: ScriptedTransport.Reply, why: String) async throws {
        var cluster = try await CommandCluster()
        try await cluster.endpoint("a", CommandCluster.hostSpec)
        try await cluster.endpointStatus("a", [.modelAnswers], ["url": "http://llm-server.inf-a.svc:8080/v1"])
        let web = ScriptedTransport([.expect(.get, "http://host.example:8080/v1/models", reply)])
        cluster.machine.repositories = web
        #expect(
            await cluster.run("inference chat a hi")
                == CommandLineRun(
                    diagnostics: """
                        error: inference endpoint a is served beside the cluster, and not reached from here at http://host.example:8080: \(why)
                        hint: say where this machine reaches it, such as --url http://localhost:8080 on the machine that serves it
                        hint: pods of the cluster reach it at http://llm-server.inf-a.svc:8080/v1

                        """, code: .unreachable))
        #expect(web.isFinished)
    }

    @Test(
        "asks where it is told to",
        arguments: ["http://localhost:1", "http://localhost:1/", "http://localhost:1/v1", "http://localhost:1/v1/"])
    func url(url: String) async throws {
        var cluster = try await CommandCluster()
        try await cluster.endpoint("a")
        let web = ScriptedTransport([
            .expect(.post, "http://localhost:1/v1/chat/completions", .lines(Self.answer("hi"), ending: .end)),
            .any(.failure(.unreachable)),
        ])
        cluster.machine.repositories = web
        #expect(await cluster.run("inference chat a hi --url \(url)") == CommandLineRun("hi\n"))
        #expect(
            await cluster.run("inference chat a hi --url \(url)")
                == CommandLineRun(
                    diagnostics: "error: the model server does not answer: scripted Unreachable\n", code: .unreachable))
    }

    @Test(
        "refuses an address that is none",
        arguments: ["localhost:1", "ftp://a", "http://user:password@a", "http://a?b", "http://a#b", "http://"])
    func wrongURL(url: String) async {
        let run = await TestMachine().run("inference chat a hi --url \(url)")
        #expect(run.code == .usage)
        #expect(run.diagnostics.contains("write an address such as http://localhost:18080, without a password"))
    }
}
