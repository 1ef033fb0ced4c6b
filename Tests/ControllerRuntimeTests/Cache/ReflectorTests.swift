import ControllerRuntime
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import Synchronization
import Telemetry
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct ReflectorTests {
    let time = SimulatedTime()
    let metrics = MetricRegistry()
    let log = Logger(sink: MemorySink()) { Timestamp(sinceEpoch: .zero) }

    /// Changes as they were told, `+a` for an addition.
    final class Told: Sendable {
        let changes = Monitor<[String]>([])

        func take(_ change: CacheChange<String>) {
            let mark =
                switch change {
                case .added: "+"
                case .changed: "~"
                case .unchanged: "="
                case .removed: "-"
                }
            changes.withLock { $0.append(mark + change.object.element) }
        }

        func count(_ count: Int) async throws -> [String] {
            try await changes.wait { $0.count >= count ? $0 : nil }
        }
    }

    func item(_ name: String, _ version: Int) -> JSONValue {
        [
            "metadata": [
                "name": .string(name), "namespace": "n", "uid": .string("uid-\(name)"),
                "resourceVersion": .string("\(version)"),
            ]
        ]
    }

    func list(_ version: Int, _ items: [JSONValue], continueToken: String? = nil) -> ScriptedTransport.Reply {
        var metadata: JSONValue = ["resourceVersion": .string("\(version)")]
        metadata["continue"] = continueToken.map { .string($0) }
        return .json(
            200,
            [
                "kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
                "items": .array(items),
            ])
    }

    func event(_ type: String, _ item: JSONValue) -> String {
        (["type": .string(type), "object": item] as JSONValue).text()
    }

    func reflector(_ transport: ScriptedTransport, _ told: Told) -> Reflector<String> {
        Reflector(
            ObjectCache(.resourceQuotas) { $0.name },
            client: KubernetesClient(transport: transport),
            ListOptions(labelSelector: "app=x", limit: 2, metadataOnly: true),
            resync: .seconds(300), time: time, random: FixedRandom(0), metrics: metrics, log: log,
            handlers: [{ told.take($0) }])
    }

    /// Runs the reflector while `body` watches it.
    func running(_ reflector: Reflector<String>, _ body: @escaping @Sendable () async throws -> Void) async throws {
        try await virtually(time) {
            try await withThrowingTaskGroup { group in
                group.addTask { try await reflector.run() }
                try await body()
                group.cancelAll()
                while let result = await group.nextResult() {
                    if case .failure(let error) = result { #expect(error is CancellationError) }
                }
            }
        }
    }

    @Test("lists page by page, then watches, and tells each change")
    func follows() async throws {
        let transport = ScriptedTransport([
            .expect(
                .get, "/api/v1/resourcequotas?labelSelector=app%3Dx&limit=2",
                list(5, [item("a", 1), item("b", 2)], continueToken: "next")),
            .expect(
                .get, "/api/v1/resourcequotas?labelSelector=app%3Dx&limit=2&continue=next", list(5, [item("c", 3)])),
            .any(
                .lines(
                    [
                        event("MODIFIED", item("a", 6)), event("ADDED", item("d", 7)), event("DELETED", item("b", 8)),
                    ], ending: .silence)),
        ])
        let told = Told()
        let reflector = reflector(transport, told)
        try await running(reflector) {
            let changes = try await told.count(6)
            #expect(changes == ["+a", "+b", "+c", "~a", "+d", "-b"])
            #expect(reflector.cache.hasSynced)
            #expect(reflector.cache.all.map(\.element) == ["a", "c", "d"])
            #expect(reflector.cache.resourceVersion == "8")
        }
        #expect(transport.mismatches.isEmpty)
        #expect(transport.requests.last?.target.contains("resourceVersion=5") == true)
        #expect(metrics.exposition().contains("cache_objects{resource=\"resourcequotas\"} 3\n"))
    }

    @Test("reads everything from the server again within the resync interval, though the watch says nothing")
    func resync() async throws {
        let transport = ScriptedTransport([
            .any(list(5, [item("a", 1), item("b", 2)])),
            .any(.lines([], ending: .silence)),
            .any(list(9, [item("b", 2), item("c", 7)])),
            .any(.lines([], ending: .silence)),
        ])
        let told = Told()
        let reflector = reflector(transport, told)
        try await running(reflector) { [time] in
            _ = try await told.count(2)
            #expect(time.monotonic == .zero)
            let changes = try await told.count(5)
            #expect(changes == ["+a", "+b", "=b", "+c", "-a"])
            #expect(time.monotonic == .seconds(300))
            await transport.received(4)
        }
    }

    @Test("a failure is counted and logged, and the cache keeps what it knew")
    func failure() async throws {
        let transport = ScriptedTransport([
            .any(list(5, [item("a", 1)])),
            .any(.status(410, "Expired")),
            .any(list(9, [item("a", 1)])),
            .any(.lines([], ending: .silence)),
        ])
        let told = Told()
        let reflector = reflector(transport, told)
        try await running(reflector) { [time] in
            _ = try await told.count(1)
            #expect(reflector.cache.count == 1)
            let changes = try await told.count(2)
            #expect(changes == ["+a", "=a"])
            #expect(time.monotonic == .milliseconds(800))
        }
        #expect(metrics.exposition().contains("watch_failures_total{resource=\"resourcequotas\",code=\"Expired\"} 1"))
    }

    @Test("waits until the cache has seen a version, and no longer than asked")
    func caughtUp() async throws {
        let transport = ScriptedTransport([
            .any(list(5, [])),
            .any(.lines([event("ADDED", item("a", 6))], ending: .silence)),
        ])
        let reflector = reflector(transport, Told())
        try await running(reflector) { [time] in
            let isSeen = try await reflector.cache.awaitCaughtUp(to: "6", atMost: .seconds(10), time)
            #expect(isSeen)
            #expect(time.monotonic == .zero)
            let isCaughtUp = try await reflector.cache.awaitCaughtUp(to: "7", atMost: .seconds(10), time)
            #expect(!isCaughtUp)
            #expect(time.monotonic == .seconds(10))
        }
    }
}
