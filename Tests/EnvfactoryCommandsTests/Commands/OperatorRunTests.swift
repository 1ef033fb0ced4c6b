import ControllerRuntime
import EnvironmentAPI
import Formats
import Foundation
import HTTPModel
import Kubernetes
import KubernetesSimulator
import Telemetry
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("envfactory operator")
struct OperatorRunTests {
    /// Runs it until it leads, and then lets a signal end it; returns its log.
    private func lead(_ cluster: CommandCluster, _ options: String...) async throws -> [String] {
        try await cluster.cluster.namespace(Words.Installation.namespace)
        // Installed beforehand with an empty spec: a missing lease is not a free one.
        var lease = KubernetesObject(.leases, namespace: Words.Installation.namespace, name: Words.Installation.lease)
        lease["spec"] = [:]
        _ = try await cluster.cluster.admin.create(lease, as: .leases)
        let (output, diagnostics, log) = (MemoryOutput(), MemoryOutput(), MemorySink())
        var surroundings = cluster.machine.surroundings(output, diagnostics)
        surroundings.log = log
        let (signals, continuation) = AsyncStream.makeStream(of: Int32.self)
        let started = surroundings
        async let code = Program.run(
            ["operator", "--health-address", "127.0.0.1:0", "--workers", "2"] + options, started, until: signals)
        await cluster.cluster.eventually("it leads", attempts: 1_000_000) {
            log.lines.contains { $0.contains("leading") }
        }
        continuation.yield(15)
        #expect(await code == .success)
        #expect(output.text.isEmpty && diagnostics.text.isEmpty)
        return log.lines
    }

    @Test("B6: leads, ends in order when a signal asks for it, and gives the lease back")
    func run() async throws {
        let cluster = try await CommandCluster()
        let log = try await lead(cluster)
        #expect(log.last?.contains("\"stopped\"") == true)
        let left = try await cluster.cluster.admin.get(
            ObjectKey(.leases, namespace: Words.Installation.namespace, name: Words.Installation.lease))
        #expect(left.json[path: "spec", "holderIdentity"]?.string ?? "" == "")
        #expect(cluster.cluster.server.openWatches == 0)
    }

    @Test("takes webhooks where it is told to, and nowhere else")
    func webhooks() async throws {
        #expect(!(try await lead(CommandCluster())).contains { $0.contains("webhooks") })
        let log = try await lead(CommandCluster(), "--webhook-address", "127.0.0.1:0")
        #expect(log.contains { $0.contains("taking webhooks") })
    }

    @Test("B7: notes in a file what it works on, and says what was left there")
    func journal() async throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/journal"
        let first = try await lead(CommandCluster(), "--journal", path)
        #expect(!first.contains { $0.contains("crashe") })
        for _ in 0..<3 {
            let journal = CrashJournal(path: path, metrics: MetricRegistry())
            #expect(journal.problem == nil)
            #expect(journal.begin("environment", "team/poison", revision: "7"))
            // As a trap leaves it.
            let file = try #require(FileHandle(forUpdatingAtPath: path))
            try file.seek(toOffset: 511)
            try file.write(contentsOf: [UInt8(SIGILL)])
        }
        let log = try await lead(CommandCluster(), "--journal", path)
        #expect(log.contains { $0.contains("the last process crashed") && $0.contains("\"signal\":\(SIGILL)") })
        #expect(log.contains { $0.contains("left alone") && $0.contains("environment team/poison") })
    }

    @Test("leads also where crashes cannot be noted, and says why")
    func unwritable() async throws {
        let log = try await lead(CommandCluster(), "--journal", "/nonexistent/journal")
        #expect(log.contains { $0.contains("crashes are not noted") && $0.contains("cannot be opened") })
    }

    @Test(
        "reads where to listen",
        arguments: [
            ("127.0.0.1:8081", "127.0.0.1", 8081), ("[::1]:0", "::1", 0), ("0.0.0.0:65535", "0.0.0.0", 65535),
        ] as [(String, String, UInt16)])
    func address(text: String, address: String, port: UInt16) throws {
        let read = try ListenAddress(reading: text)
        #expect(read == ListenAddress(address: address, port: port))
        #expect(read.description == text)
    }

    @Test(
        "refuses what is no address, or no number of workers",
        arguments: [
            "--health-address 127.0.0.1", "--health-address :99999", "--workers 0", "--workers 1000", "--workers many",
            "--webhook-address 8082",
        ])
    func usage(options: String) async {
        #expect(await TestMachine().run("operator \(options)").code == .usage)
    }

    @Test("says which address it cannot listen on")
    func taken() async throws {
        var cluster = try await CommandCluster()
        cluster.machine.time = cluster.cluster.time
        let run = await cluster.run("operator --health-address 203.0.113.1:1")
        #expect(run.code == .internalError)
        #expect(run.diagnostics.hasPrefix("error: "))
    }
}
