import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import Synchronization
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("The forward that up leaves behind", .timeLimit(.minutes(20)))
struct BackgroundForwardTests {
    private static let file = "/home/jane/.local/state/envfactory/envfactory-team-a.kubeconfig"
    private static let record = "\(file).forward"

    /// Runs the processes that are started in the background, in this one.
    private static func run(_ body: @escaping @Sendable (ForwardStage) async throws -> Void) async throws {
        try await ForwardStage.run { stage in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    await withTaskGroup(of: Void.self) { processes in
                        for await (program, identity) in stage.programs.started {
                            processes.addTask { await keep(program, identity, stage) }
                        }
                        processes.cancelAll()
                    }
                    return false
                }
                group.addTask {
                    try await body(stage)
                    return true
                }
                defer { group.cancelAll() }
                while let isDone = try await group.next() {
                    if isDone { break }
                }
            }
        }
    }

    /// One process: it ends by itself, or when it is told to.
    private static func keep(_ program: ChildProgram, _ identity: ProcessIdentity, _ stage: ForwardStage) async {
        await TestPrograms.$own.withValue(identity) {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = await Program.run(
                        Array(program.words.dropFirst()), stage.surroundings(MemoryOutput(), MemoryOutput()))
                }
                group.addTask {
                    while stage.programs.process(identity.number) == identity {
                        do {
                            try await ContinuousClock().sleep(for: .milliseconds(20))
                        } catch { return }
                    }
                }
                await group.next()
                group.cancelAll()
            }
        }
        stage.programs.end(identity)
    }

    private static func port(_ stage: ForwardStage) -> UInt16? {
        guard let text = stage.files[record], let record = ForwardRecord(parsing: Array(text.utf8)),
            case .running(let port) = record.state
        else { return nil }
        return port
    }

    private static func eventually(_ what: Comment, _ condition: () -> Bool) async throws {
        for _ in 0..<600 {
            if condition() { return }
            try await ContinuousClock().sleep(for: .milliseconds(50))
        }
        Issue.record(what)
    }

    @Test("up starts one, a second up uses it again, and down ends it")
    func life() async throws {
        try await Self.run { stage in
            let first = await stage.run("up --name a")
            #expect(first.code == .success, "\(first)")
            let port = try #require(Self.port(stage))
            #expect(
                first.diagnostics.hasSuffix(
                    "port \(port) of this machine leads to environment a, until 'envfactory down'\n"))
            #expect(stage.files[Self.file]?.contains("server: https://127.0.0.1:\(port)\n") == true)
            #expect(try await stage.version(by: Self.file) == "v1.36.2")
            let living = stage.programs.living
            #expect(living.count == 1)

            #expect(await stage.run("up --name a -q").code == .success)
            #expect(stage.programs.living == living)
            #expect(Self.port(stage) == port)

            let down = await stage.run("down --name a")
            #expect(down.code == .success, "\(down)")
            #expect(stage.programs.living.isEmpty)
            #expect(stage.files.paths == ["/kubeconfig"])
        }
    }

    @Test("one that has died is replaced, on the same port")
    func replaced() async throws {
        try await Self.run { stage in
            #expect(await stage.run("up --name a -q").code == .success)
            let (dead, port) = (stage.programs.living, Self.port(stage))
            let text = stage.files[Self.record]
            for process in dead { stage.programs.end(process) }
            try await Self.eventually("it lets go of its record") { stage.files[Self.record] == nil }
            // As after a crash, which removes nothing.
            stage.files.replace(Self.record, with: Array((text ?? "").utf8))
            #expect(await stage.run("up --name a -q").code == .success)
            #expect(stage.programs.living.count == 1)
            #expect(stage.programs.living != dead)
            #expect(Self.port(stage) == port)
            #expect(try await stage.version(by: Self.file) == "v1.36.2")
        }
    }

    @Test("ends by itself when its environment is gone, and when its record is another's")
    func gone() async throws {
        try await Self.run { stage in
            #expect(await stage.run("up --name a -q").code == .success)
            let first = stage.programs.living
            let other = ForwardRecord(
                process: ProcessIdentity(number: 7, startedAt: "x"), uid: "y", state: .running(port: 1))
            stage.files.replace(Self.record, with: other.bytes)
            try await Self.eventually("it sees that it was replaced") { stage.programs.living.isEmpty }
            #expect(stage.files[Self.record] == String(decoding: other.bytes, as: UTF8.self))

            #expect(await stage.run("up --name a -q").code == .success)
            #expect(stage.programs.living != first)
            let key = ObjectKey(.environments, namespace: "team", name: "a")
            let uid = try #require(try await stage.admin.get(key).uid)
            _ = try await stage.admin.delete(key, DeletePreconditions(uid: uid))
            try await Self.eventually("it sees that the environment is gone") { stage.programs.living.isEmpty }
            #expect(stage.files[Self.record] == nil)
        }
    }

    @Test("never ends a process that has only got the number of one that died")
    func otherProcess() async throws {
        try await ForwardStage.run { stage in
            let stranger = stage.programs.start(ChildProgram(["other"]))
            let stale = ForwardRecord(
                process: ProcessIdentity(number: stranger.number, startedAt: "an earlier boot"), uid: "x",
                state: .running(port: 1))
            stage.files.replace(Self.record, with: stale.bytes)
            #expect(await stage.run("down --name a").code == .success)
            #expect(stage.programs.living == [stranger])
            #expect(stage.files.paths == ["/kubeconfig"])
        }
    }

    @Test("one that does not come up is told, and nothing stays behind")
    func stillborn() async throws {
        try await ForwardStage.run { stage in
            stage.programs.areStillborn.withLock { $0 = true }
            let run = await stage.run("up --name a -q")
            #expect(run.code == .unreachable)
            #expect(run.diagnostics.contains("the process that forwards a port did not come up"))
            #expect(stage.files.paths == ["/kubeconfig"])
        }
    }

    @Test("why it cannot forward is told by up")
    func refused() async throws {
        try await ForwardStage.run { stage in
            async let up = stage.run("up --name a -q")
            for await (program, identity) in stage.programs.started {
                let path = program.words.first { $0.hasPrefix("--record=") }.map { String($0.dropFirst(9)) }
                let record = ForwardRecord(process: identity, uid: "", state: .failed("there is no environment a"))
                stage.files.replace(path ?? "", with: record.bytes)
                break
            }
            let run = await up
            #expect(run.code == .unreachable)
            #expect(run.diagnostics == "error: no port can be forwarded: there is no environment a\n")
            #expect(stage.files.paths == ["/kubeconfig"])
        }
    }

    @Test(
        "a record is read as it was written, and nothing else is one",
        arguments: [
            "", "{}", "[]", #"{"pid":1,"startedAt":"x","uid":"y","port":1}"#,
            #"{"pid":7,"startedAt":"x","uid":"y"}"#, #"{"pid":7,"startedAt":"x","uid":"y","port":65536}"#,
            #"{"pid":7,"startedAt":"x","uid":"y","port":0}"#, #"{"pid":4294967303,"startedAt":"x","uid":"y","port":1}"#,
        ])
    func records(text: String) {
        #expect(ForwardRecord(parsing: Array(text.utf8)) == nil)
        for state in [ForwardRecord.State.running(port: 65_535), .failed("no \"way\"\n")] {
            let record = ForwardRecord(
                process: ProcessIdentity(number: 7, startedAt: "boot 1"), uid: "u", state: state)
            #expect(ForwardRecord(parsing: record.bytes) == record)
        }
    }
}
