import Formats
import Kubernetes
import Synchronization

/// Creates and applies on a real API server, beside a bare libcurl loop that sends the same bodies.
let httpFamily: Family = Family(name: "http", needsServer: true) { selection in
    guard selection.wants("http.requests"), let server = try Server.named() else { return [] }
    let client: KubernetesClient = try server.client()
    _ = try await client.create(KubernetesObject(.namespaces, name: RequestRound.namespace), as: .namespaces)
    let peer: PeerProcess? = server.requestLoop(concurrency: RequestRound.concurrency)

    var round: Int = 0
    let time: (ours: Double, peer: Double?) = try await alternating(rounds: 7) {
        round += 1
        return try await RequestRound(name: "ours-\(round)").seconds(with: client)
    } peer: {
        try peer.map { try RequestRound(name: "peer-\(round)").seconds(with: $0) }
    }
    let count: Double = Double(RequestRound.objects * 2)
    var figure: Figure = Figure(name: "http.requests", value: count / time.ours, unit: "1/s")
    figure.peer = time.peer.map { .init(name: "bare libcurl loop", value: count / $0) }
    if time.peer == nil { figure.note = "no peer: run Scripts/bench-peers" }
    return [figure]
}

/// Objects that are created, then changed by server-side apply, so many requests at a time.
private struct RequestRound: Sendable {
    static let namespace: String = "bench-http"
    static let objects: Int = 500
    static let concurrency: Int = 32

    struct Failure: Error {
        var answer: String
    }

    var name: String

    /// A configuration of a kilobyte, as an application has it.
    private func object(_ index: Int, revision: Int) -> KubernetesObject {
        var object: KubernetesObject = KubernetesObject(
            .configMaps, namespace: Self.namespace, name: "\(name)-\(index)")
        object["metadata"]?["labels"] = ["app.kubernetes.io/managed-by": "bench", "bench": .string(name)]
        let line: String = "setting.of.application = value that is long enough to be one\n"
        object["data"] = [
            "revision": .string("\(revision)"), "application.properties": .string(String(repeating: line, count: 14)),
        ]
        return object
    }

    func seconds(with client: KubernetesClient) async throws -> Double {
        let created: [KubernetesObject] = (0..<Self.objects).map { object($0, revision: 1) }
        let applied: [KubernetesObject] = (0..<Self.objects).map { object($0, revision: 2) }
        let start: ContinuousClock.Instant = .now
        try await Self.each(created) { _ = try await client.create($0, as: .configMaps) }
        try await Self.each(applied) { _ = try await client.apply($0, to: .configMaps, expecting: .any) }
        return (.now - start) / .seconds(1)
    }

    private static func each(
        _ objects: [KubernetesObject], _ body: @escaping @Sendable (KubernetesObject) async throws -> Void
    ) async throws {
        let next: Counter = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<concurrency {
                group.addTask {
                    while case let index = next.next(), index < objects.count { try await body(objects[index]) }
                }
            }
            try await group.waitForAll()
        }
    }

    func seconds(with peer: PeerProcess) throws -> Double {
        let path: String = "/api/v1/namespaces/\(Self.namespace)/configmaps"
        var lines: [UInt8] = []
        for index in 0..<Self.objects {
            lines += Array("POST\t\(path)?fieldManager=bench\tapplication/json\t".utf8)
            lines += object(index, revision: 1).json.encoded() + [UInt8(ascii: "\n")]
        }
        lines.append(UInt8(ascii: "\n"))
        for index in 0..<Self.objects {
            let target: String = "\(path)/\(name)-\(index)?fieldManager=bench&force=true"
            lines += Array("PATCH\t\(target)\tapplication/apply-patch+yaml\t".utf8)
            lines += object(index, revision: 2).json.encoded() + [UInt8(ascii: "\n")]
        }
        guard write(lines, to: ".build/bench/requests") else { throw Failure(answer: "cannot write the requests") }
        let answer: [Substring] = (peer.ask(".build/bench/requests") ?? "").split(separator: " ")
        guard answer.count == 2, answer[1] == "0", let seconds = Double(answer[0]) else {
            throw Failure(answer: "the bare loop failed: \(answer.joined(separator: " "))")
        }
        return seconds
    }
}

private final class Counter: Sendable {
    private let count: Mutex<Int> = Mutex(0)

    func next() -> Int {
        count.withLock { count in
            defer { count += 1 }
            return count
        }
    }
}
