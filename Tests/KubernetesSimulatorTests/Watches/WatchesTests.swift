import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import Synchronization
import TestSupport
import Testing

@Suite("Watches of the simulator")
struct WatchesTests {
    let cluster = SimulatedCluster()

    @Test("tell what happens while they wait")
    func live() async throws {
        let lines = Lines()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [self] in try await watch("timeoutSeconds=10", into: lines) }
            await cluster.eventually("the watch waits") { cluster.server.waitingWatches == 1 }
            try await make("a")
            await cluster.eventually("the event arrives") { lines.texts.contains("ADDED a") }
            try await make("b")
            await cluster.eventually("the event arrives") { lines.texts.contains("ADDED b") }
            await cluster.eventually("the watch waits") { cluster.server.waitingWatches == 1 }
            cluster.time.advance(by: .seconds(10))
            try await group.waitForAll()
        }
        #expect(cluster.server.openWatches == 0)
    }

    @Test("get a bookmark a minute, if they ask")
    func bookmarks() async throws {
        let lines = Lines()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [self] in try await watch("allowWatchBookmarks=true&timeoutSeconds=150", into: lines) }
            for count in 1...2 {
                await cluster.eventually("the watch waits") { cluster.server.waitingWatches == 1 }
                cluster.time.advance(by: .seconds(60))
                await cluster.eventually("the bookmark arrives") {
                    lines.texts.count { $0.hasPrefix("BOOKMARK") } == count
                }
            }
            await cluster.eventually("the watch waits") { cluster.server.waitingWatches == 1 }
            cluster.time.advance(by: .seconds(60))
            try await group.waitForAll()
        }
        #expect(lines.texts.count == 2)
    }

    @Test("begin with all there is and a bookmark that says so, if they ask")
    func initialEvents() async throws {
        try await make("a")
        let lines = Lines()
        let query = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=1"
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [self] in try await watch(query, into: lines) }
            await cluster.eventually("the bookmark arrives") { lines.texts.contains("BOOKMARK end") }
            await cluster.eventually("the watch waits") { cluster.server.waitingWatches == 1 }
            cluster.time.advance(by: .seconds(1))
            try await group.waitForAll()
        }
        #expect(lines.texts == ["ADDED a", "BOOKMARK end"])
    }

    @Test("end when their task does")
    func cancellation() async throws {
        let lines = Lines()
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [self] in try await watch("", into: lines) }
            await cluster.eventually("the watch waits") { cluster.server.waitingWatches == 1 }
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
        #expect(cluster.server.openWatches == 0)
    }

    @Test("break when they are cut")
    func cut() async throws {
        let lines = Lines()
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [self] in try await watch("", into: lines) }
            await cluster.eventually("the watch waits") { cluster.server.waitingWatches == 1 }
            cluster.server.cutWatches(of: "secrets")
            cluster.server.cutWatches(of: "configmaps")
            await #expect(throws: HTTPTransportError.self) { try await group.next() }
        }
    }

    @Test("expire when history is forgotten, after five to ten minutes")
    func compaction() async throws {
        let version = cluster.server.resourceVersion
        try await make("a")
        let lines = Lines()
        cluster.time.advance(by: .seconds(299))
        try await make("b")
        cluster.time.advance(by: .seconds(302))
        try await watch("resourceVersion=\(version)&timeoutSeconds=0", into: lines)
        #expect(lines.texts == ["ERROR 410"])
    }

    private func watch(_ query: String, into lines: Lines) async throws {
        let startsItself = query.contains("resourceVersion=") || query.contains("sendInitialEvents")
        let start = startsItself ? "" : "&resourceVersion=\(cluster.server.resourceVersion)"
        let target = "/api/v1/namespaces/default/configmaps?watch=true&\(query)\(start)&labelSelector=mine"
        _ = try await cluster.transport(as: .admin).stream(HTTPRequest(.get, target)) { line in
            lines.append(try JSONValue(parsing: line))
        }
    }

    private func make(_ name: String) async throws {
        var object = KubernetesObject(.configMaps, namespace: "default", name: name)
        object.json["metadata"]?["labels"] = ["mine": "true"]
        _ = try await cluster.admin.create(object, as: .configMaps)
    }
}

/// What a watch has told, in short.
private final class Lines: Sendable {
    private let all = Mutex<[String]>([])

    var texts: [String] { all.withLock { $0 } }

    func append(_ event: JSONValue) {
        let type = event["type"]?.string ?? ""
        let name = event[path: "object", "metadata", "name"]?.string
        let ends = event[path: "object", "metadata", "annotations", "k8s.io/initial-events-end"] != nil
        let code = event[path: "object", "code"]?.integer.map { String($0) }
        all.withLock { $0.append("\(type) \(name ?? code ?? (ends ? "end" : ""))") }
    }
}
