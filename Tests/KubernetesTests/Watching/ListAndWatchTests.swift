import Formats
import HTTPModel
import Kubernetes
import Synchronization
import TestSupport
import Testing

/// Keeps what an update says, in a word.
private final class Recorder: Sendable {
    private let state = Mutex<[String]>([])

    var words: [String] { state.withLock(\.self) }

    /// Notes the update and returns how many came before it.
    @discardableResult
    func note(_ update: WatchUpdate) -> Int {
        state.withLock { words in
            words.append(Self.word(update))
            return words.count - 1
        }
    }

    private static func word(_ update: WatchUpdate) -> String {
        switch update {
        case .listed(let objects): "listed " + objects.map(\.name).joined(separator: ",")
        case .synced(let version, let absent): "synced \(version) \(absent.joined(separator: ","))"
        case .upserted(let object): "upserted \(object.name) \(object.resourceVersion ?? "")"
        case .deleted(let object): "deleted \(object.name)"
        case .progressed(let version): "progressed \(version)"
        case .failed(let error, _): "failed \(error.code.rawValue)"
        }
    }
}

@Suite("Listing and watching for good")
struct ListAndWatchTests {
    private static let list = "/api/v1/configmaps?limit=2"

    private func listReply(_ names: [String], _ version: String, token: String? = nil) -> ScriptedTransport.Reply {
        var json: JSONValue = ["kind": "ConfigMapList", "metadata": ["resourceVersion": .string(version)]]
        json["metadata"]?["continue"] = token.map(JSONValue.string)
        json["items"] = .array(names.map { SessionDriver.object($0, version).json })
        return .json(200, json)
    }

    private func line(_ type: String, _ name: String, _ version: String) -> String {
        let event: JSONValue = ["type": .string(type), "object": SessionDriver.object(name, version).json]
        return event.text()
    }

    private func watchTarget(_ version: String) -> String {
        "/api/v1/configmaps?watch=true&allowWatchBookmarks=true&resourceVersion=\(version)&timeoutSeconds=*"
    }

    /// Runs until the script is played and the last watch is silent, and returns what was received.
    private func run(
        _ steps: [ScriptedTransport.Step]
    ) async throws
        -> [String]
    {
        let script = ScriptedTransport(steps)
        let recorder = Recorder()
        let client = KubernetesClient(transport: script)
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await client.listAndWatch(
                    .configMaps, ListOptions(limit: 2), time: ManualTime(.jumpingUpTo(.seconds(60))),
                    random: FixedRandom(0)
                ) { recorder.note($0) }
            }
            await script.received(steps.count)
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
        #expect(script.mismatches.isEmpty)
        return recorder.words
    }

    @Test("goes on through a broken watch, a 410 and a refused list, and loses nothing")
    func survives() async throws {
        let words = try await run(
            [
                .expect(.get, Self.list, listReply(["a", "b"], "5", token: "t")),
                .expect(.get, Self.list + "&continue=t", listReply(["c"], "5")),
                .expect(
                    .get, watchTarget("5"),
                    .lines([line("MODIFIED", "a", "6"), line("ADDED", "d", "7")], ending: .failure(.interrupted))),
                .expect(.get, watchTarget("7"), .lines([line("DELETED", "b", "8")], ending: .failure(.interrupted))),
                .expect(.get, watchTarget("8"), .status(410, "Expired")),
                .expect(.get, Self.list, .failure(.unreachable)),
                .expect(.get, Self.list, listReply(["a", "d"], "20")),
                .expect(.get, watchTarget("20"), .silence),
            ])
        #expect(
            words == [
                "listed a,b", "listed c", "synced 5 ", "upserted a 6", "upserted d 7", "failed Interrupted",
                "deleted b",
                "failed Interrupted", "failed Expired", "failed Unreachable", "listed a,d", "synced 20 uid-c",
            ])
    }

    @Test("A18: takes a silent watch for dead and opens another")
    func silence() async throws {
        let time = ManualTime()
        let script = ScriptedTransport([
            .any(listReply([], "5")), .any(.lines([line("ADDED", "a", "6")], ending: .silence)), .any(.silence),
        ])
        let recorder = Recorder()
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await KubernetesClient(transport: script).listAndWatch(
                    .configMaps, time: time, random: FixedRandom(0)
                ) { recorder.note($0) }
            }
            await script.received(2)
            while recorder.words.count < 2 { await Task.yield() }
            await time.sleepers(1)
            // The server was asked for 300 s; after 30 more the watchdog gives the watch up.
            time.advance(by: .seconds(330))
            // The wait before the next try.
            await time.sleepers(1)
            #expect(script.requests.count == 2)
            time.advanceToNextDeadline()
            await script.received(3)
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
        #expect(recorder.words == ["synced 5 ", "upserted a 6", "failed Interrupted"])
        #expect(script.requests[2].target.contains("resourceVersion=6"))
        #expect(time.sleeps.contains(.milliseconds(800)))
    }

    @Test("ends with the receiver's own error, wherever it is thrown", arguments: [0, 1, 2, 3])
    func receiverEnds(_ at: Int) async throws {
        let mine = KubernetesError(.conflict, "mine")
        let recorder = Recorder()
        let script = ScriptedTransport([
            .any(listReply(["a"], "5")), .any(.lines([line("ADDED", "b", "6")], ending: .failure(.interrupted))),
        ])
        let error = await #expect(throws: KubernetesError.self) {
            try await KubernetesClient(transport: script).listAndWatch(
                .configMaps, time: ManualTime(), random: FixedRandom(0)
            ) { update in
                if recorder.note(update) == at { throw mine }
            }
        }
        #expect(error == mine)
        #expect(recorder.words.count == at + 1)
    }

    @Test("a page that leads to itself is a failure, not an endless list")
    func looping() async throws {
        let words = try await run([
            .any(listReply(["a"], "5", token: "t")), .any(listReply(["a"], "5", token: "t")), .any(.silence),
        ])
        #expect(words == ["listed a", "failed MalformedResponse"])
    }
}
