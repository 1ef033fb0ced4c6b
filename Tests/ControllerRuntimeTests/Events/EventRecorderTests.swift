import ControllerRuntime
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import Telemetry
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct EventRecorderTests {
    let cluster = SimulatedCluster()
    let metrics = MetricRegistry()
    let sink = MemorySink()
    var time: SimulatedTime { cluster.time }

    func recorder(_ client: KubernetesClient) -> EventRecorder {
        EventRecorder(
            client: client, reporter: EventReporter(controller: "envfactory.dev/operator", instance: "pod-1"),
            time: time, metrics: metrics, log: Logger(sink: sink) { [time] in time.now })
    }

    func event(_ note: String = "It is ready.", namespace: String? = "team") -> EventRecord {
        EventRecord(
            regarding: EventRecord.Regarding(
                apiVersion: "envfactory.dev/v1alpha1", kind: "Environment", namespace: namespace, name: "pr-42",
                uid: "u1"), kind: .warning, reason: "Expiring", action: "Warn", note: note)
    }

    /// Runs `body` beside recorders that write.
    func running(_ recorders: [EventRecorder], _ body: @escaping @Sendable () async throws -> Void) async throws {
        try await virtually(time) { [self] in
            try await cluster.namespace("team")
            try await withThrowingTaskGroup { group in
                for recorder in recorders { group.addTask { try? await recorder.run() } }
                try await body()
                group.cancelAll()
            }
        }
    }

    func stored(_ namespace: String = "team") async throws -> [KubernetesObject] {
        try await cluster.admin.list(.events, namespace: namespace).items
    }

    @Test("the server takes what is recorded, and repetitions become its series")
    func series() async throws {
        let recorder = recorder(cluster.admin)
        try await running([recorder]) { [self] in
            for _ in 0..<5 { recorder.record(event()) }
            try await recorder.drain(atMost: .seconds(5))
            try await time.sleep(for: .seconds(31))
            let events = try await stored()
            #expect(events.count == 1)
            #expect(events.first?["series"]?["count"] == 5)
            #expect(events.first?["reason"] == "Expiring")
            #expect(events.first?["type"] == "Warning")
            #expect(events.first?["reportingController"] == "envfactory.dev/operator")
        }
        #expect(metrics.exposition().contains("events_total{result=\"reported\"} 2\n"))
    }

    @Test("events about cluster-scoped objects lie in the namespace default")
    func clusterScoped() async throws {
        let recorder = recorder(cluster.admin)
        try await running([recorder]) { [self] in
            recorder.record(event(namespace: nil))
            try await recorder.drain(atMost: .seconds(5))
            let events = try await stored("kube-system")
            #expect(events.count == 1)
        }
    }

    @Test("a process that starts anew meets the event of its predecessor instead of repeating it")
    func restart() async throws {
        let (first, second) = (recorder(cluster.admin), recorder(cluster.admin))
        try await running([first, second]) { [self] in
            first.record(event())
            try await first.drain(atMost: .seconds(5))
            second.record(event())
            try await time.sleep(for: .seconds(31))
            let events = try await stored()
            #expect(events.count == 1)
            #expect(events.first?["series"]?["count"] == 2)
        }
    }

    @Test("a lost answer does not make two events")
    func lostAnswer() async throws {
        let recorder = recorder(cluster.admin)
        cluster.server.plan(Fault(.loseResponse(.interrupted), verbs: [.create], resource: "events"))
        try await running([recorder]) { [self] in
            recorder.record(event())
            try await time.sleep(for: .seconds(31))
            let events = try await stored()
            #expect(events.count == 1)
        }
    }

    @Test("failures are counted and end nothing")
    func failure() async throws {
        let recorder = recorder(cluster.client(as: .serviceAccount(namespace: "team", name: "nobody")))
        try await running([recorder]) { [self] in
            recorder.record(event("one"))
            recorder.record(event("two"))
            try await recorder.drain(atMost: .seconds(120))
            let events = try await stored()
            #expect(events.isEmpty)
        }
        #expect(metrics.exposition().contains("events_total{result=\"failed\"} 2\n"))
        #expect(sink.lines.count == 2)
    }

    @Test("words that are too long are cut where a character ends; a long name leaves room for the hash")
    func limits() throws {
        var long = event(String(repeating: "ü", count: 2_000))
        long.regarding.name = String(repeating: "a", count: 235) + "-" + String(repeating: "b", count: 17)
        let object = long.object(EventReporter(controller: "c", instance: "i"), at: time.now)
        let note = try #require(object["note"]?.string)
        #expect(note.utf8.count <= 1_024)
        #expect(note.hasSuffix("ü…"))
        #expect(object.name.utf8.count <= 253)
        #expect(!object.name.contains("-."))
    }
}
