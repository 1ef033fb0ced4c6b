import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("envfactory events")
struct EnvironmentEventsTests {
    /// An environment with two events: one about itself, one in its namespace; and one of a neighbour.
    private func stage() async throws -> CommandCluster {
        let cluster = try await CommandCluster()
        try await cluster.readyEnvironment("a")
        try await cluster.readyEnvironment("b")
        try await cluster.event("later", about: "a", reason: "Ready", "It is ready.", age: 30)
        try await cluster.event("neighbour", about: "b", reason: "Ready", "No business of ours.", age: 40)
        try await cluster.podEvent("sooner", "No node\u{1B}[2J fits.", age: 120, count: 5, first: 600)
        return cluster
    }

    @Test("shows those of the environment and those of its namespace, oldest first, with their counts")
    func shows() async throws {
        let cluster = try await stage()
        #expect(
            await cluster.run("events a")
                == CommandLineRun(
                    """
                    LAST SEEN          TYPE      REASON             OBJECT          MESSAGE
                    2m (x5 over 10m)   Warning   FailedScheduling   pod/vc-0        No node\\u{1b}[2J fits.
                    30s                Normal    Ready              environment/a   It is ready.

                    """))
    }

    @Test(
        "shows the types that are asked for, in the form that is asked for",
        arguments: [
            ("--types Warning -o name", "event/sooner\n"), ("--types normal -o name", "event/later\n"),
            ("--types Warning,Normal -o name", "event/sooner\nevent/later\n"),
        ])
    func types(options: String, output: String) async throws {
        let cluster = try await stage()
        #expect(await cluster.run("events a \(options)") == CommandLineRun(output))
    }

    @Test("gives whole objects to programs")
    func json() async throws {
        let run = try await stage().run("events a -o json")
        let list = try JSONValue(parsing: run.output)
        #expect(list["kind"] == "List")
        #expect(list["items"]?.array?.compactMap { $0["reason"]?.string } == ["FailedScheduling", "Ready"])
        #expect(run.code == .success)
    }

    @Test("shows what may be seen, and says in a line what may not", arguments: ["team", "env-a"])
    func partly(namespace: String) async throws {
        var cluster = try await stage()
        let jane = Identity(user: "jane")
        try await cluster.grant(jane, ["get"], "environments")
        try await cluster.grant(jane, ["list"], "events", group: "", in: namespace)
        cluster.machine.transport = cluster.cluster.transport(as: jane)
        let run = await cluster.run("events a -o name")
        #expect(run.output == (namespace == "team" ? "event/later\n" : "event/sooner\n"))
        #expect(run.diagnostics.hasPrefix("warning: events are left out: cannot list events"))
        #expect(run.diagnostics.filter { $0 == "\n" }.count == 1)
        #expect(run.code == .success)
    }

    /// Watches until `enough` of the output has come, and while `body` does what is told of.
    private func watched(
        _ cluster: CommandCluster, _ arguments: String, until enough: @escaping @Sendable (String) -> Bool,
        while body: () async throws -> Void
    ) async throws -> CommandLineRun {
        let (output, diagnostics) = (MemoryOutput(), MemoryOutput())
        let surroundings = cluster.machine.surroundings(output, diagnostics)
        let (signals, continuation) = AsyncStream.makeStream(of: Int32.self)
        async let code = Program.run(
            ["events"] + arguments.split(separator: " ").map(String.init), surroundings, until: signals)
        await cluster.cluster.eventually("it watches both namespaces") { cluster.cluster.server.openWatches == 2 }
        try await body()
        await cluster.cluster.eventually("all is told") { enough(output.text) }
        continuation.yield(2)
        let result = await code
        #expect(cluster.cluster.server.openWatches == 0)
        return CommandLineRun(output.text, diagnostics: diagnostics.text, code: result)
    }

    @Test("goes on with what comes, each state once and under the same headings, until it is interrupted")
    func watches() async throws {
        let cluster = try await stage()
        let run = try await watched(cluster, "a --watch", until: { $0.contains("Deleting") && $0.contains("x7") }) {
            try await cluster.event("stranger", about: "b", reason: "Odd", "No business of ours.", age: 0)
            try await cluster.repeated("sooner", count: 7)
            try await cluster.event("last", about: "a", reason: "Deleting", "It goes.", age: 0)
        }
        let lines = run.output.split(separator: "\n")
        try #require(lines.count == 5 && lines[0].hasPrefix("LAST SEEN"))
        // Two watches, of which either may be told first.
        let rest = lines.dropFirst(3).sorted()
        #expect(rest[0] == "0s                 Normal    Deleting           environment/a   It goes.")
        #expect(rest[1].hasPrefix("2m (x7 over 10m)   Warning   FailedScheduling   pod/vc-0"))
        #expect(run.diagnostics == "error: interrupted\n" && run.code == .interrupted)
    }

    @Test("watches the types that are asked for, as documents of their own")
    func watchesDocuments() async throws {
        let cluster = try await stage()
        let run = try await watched(
            cluster, "a -w --types Normal -o yaml", until: { $0.contains("It goes.") }
        ) {
            try await cluster.repeated("sooner", count: 7)
            try await cluster.event("last", about: "a", reason: "Deleting", "It goes.", age: 0)
        }
        let documents = run.output.split(separator: "---\n")
        #expect(documents.count == 2)
        #expect(documents.allSatisfy { $0.contains("kind: Event\n") && $0.contains("type: Normal\n") })
    }

    @Test("watches an environment whose namespace is yet to come")
    func watchesEarly() async throws {
        let cluster = try await CommandCluster()
        try await cluster.environment("new")
        let uid = try await cluster.cluster.admin.get(cluster.key("new")).uid ?? ""
        let namespace = Naming.hostNamespace(of: "new", uid: uid)
        let run = try await watched(cluster, "new -w -o name", until: { $0 == "event/first\n" }) {
            _ = try await cluster.cluster.admin.create(KubernetesObject(.namespaces, name: namespace), as: .namespaces)
            try await cluster.podEvent("first", in: namespace, "No node fits.", age: 0, count: 1, first: 0)
        }
        #expect(run.diagnostics == "no events of environment new yet\nerror: interrupted\n")
    }

    @Test("fails where none may be seen, and says so where there are none")
    func none() async throws {
        var cluster = try await CommandCluster()
        try await cluster.environment("a")
        #expect(
            await cluster.run("events a") == CommandLineRun(diagnostics: "no events of environment a\n"))
        #expect(await cluster.run("events no").code == .notFound)
        let wrong = await cluster.run("events a --types Odd")
        #expect(wrong.code == .usage)
        #expect(wrong.diagnostics.contains("write Normal, Warning or both"))
        let jane = Identity(user: "jane")
        try await cluster.grant(jane, ["get"], "environments")
        cluster.machine.transport = cluster.cluster.transport(as: jane)
        let run = await cluster.run("events a")
        #expect(run.code == .forbidden)
        #expect(run.diagnostics.hasPrefix("error: cannot list events"))
    }
}

extension CommandCluster {
    private func write(
        _ name: String, in namespace: String, _ subject: JSONValue, _ fields: JSONValue, age: Int64, first: Int64
    ) async throws {
        var event = KubernetesObject(.coreEvents, namespace: namespace, name: name)
        for field in ["type", "reason", "message", "count"] { event[field] = fields[field] }
        event["involvedObject"] = subject
        event["lastTimestamp"] = .string("\(cluster.time.now + .seconds(-age))")
        event["firstTimestamp"] = .string("\(cluster.time.now + .seconds(-first))")
        _ = try await cluster.admin.create(event, as: .coreEvents)
    }

    fileprivate func event(
        _ name: String, about environment: String, reason: String, _ message: String, age: Int64
    ) async throws {
        let uid = try await cluster.admin.get(key(environment)).uid ?? ""
        try await write(
            name, in: "team",
            ["kind": "Environment", "name": .string(environment), "namespace": "team", "uid": .string(uid)],
            ["type": "Normal", "reason": .string(reason), "message": .string(message)], age: age, first: age)
    }

    fileprivate func podEvent(
        _ name: String, in namespace: String = "env-a", _ message: String, age: Int64, count: Int64, first: Int64
    ) async throws {
        try await write(
            name, in: namespace, ["kind": "Pod", "name": "vc-0", "namespace": .string(namespace)],
            [
                "type": "Warning", "reason": "FailedScheduling", "message": .string(message),
                "count": .integer(count),
            ], age: age, first: first)
    }

    /// What was seen is seen again.
    fileprivate func repeated(_ name: String, count: Int64) async throws {
        let key = ObjectKey(.coreEvents, namespace: "env-a", name: name)
        _ = try await cluster.admin.patch(key, .merge, ["count": .integer(count)])
    }
}
