import Formats
import HTTPModel
import Kubernetes
import TestSupport
import Testing

@Suite("One watch")
struct WatchTests {
    private func watch(
        _ reply: ScriptedTransport.Reply,
        metadataOnly: Bool = false
    ) async throws -> [WatchEvent] {
        let client = KubernetesClient(transport: ScriptedTransport([.any(reply)]))
        var events: [WatchEvent] = []
        let options = ListOptions(resourceVersion: "1", metadataOnly: metadataOnly)
        try await client.watch(.configMaps, options, timeout: .seconds(300)) { events.append($0) }
        return events
    }

    private func line(_ type: String, _ name: String, _ version: String) -> String {
        #"{"type":"\#(type)","object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"\#(name)","#
            + #""resourceVersion":"\#(version)"},"data":{"a":"b"}}}"#
    }

    private func code(_ lines: String...) async -> KubernetesError.Code? {
        do {
            _ = try await watch(.lines(lines, ending: .end))
            return nil
        } catch {
            return (error as? KubernetesError)?.code
        }
    }

    @Test("hands over each event")
    func events() async throws {
        let bookmark = #"{"type":"BOOKMARK","object":{"kind":"ConfigMap","metadata":{"resourceVersion":"12"}}}"#
        let lines = [line("ADDED", "a", "5"), "", line("MODIFIED", "a", "6"), bookmark, line("DELETED", "a", "14")]
        let events = try await watch(.lines(lines, ending: .end))
        #expect(events.count == 4)
        guard case .added(let added) = events[0], case .modified(let modified) = events[1],
            case .bookmark("12") = events[2], case .deleted(let deleted) = events[3]
        else {
            Issue.record("unexpected events: \(events)")
            return
        }
        #expect([added, modified, deleted].map(\.resourceVersion) == ["5", "6", "14"])
        #expect(added["data"] == ["a": "b"])
    }

    @Test("keeps metadata alone where no more is wanted")
    func metadataOnly() async throws {
        let events = try await watch(.lines([line("ADDED", "a", "5")], ending: .end), metadataOnly: true)
        let expected: JSONValue = [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a", "resourceVersion": "5"],
        ]
        #expect(events == [.added(KubernetesObject(expected))])
    }

    @Test("an ERROR event throws its Status")
    func errors() async {
        let expired = #"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}"#
        let gone = #"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Gone"}}"#
        #expect(await code(line("ADDED", "a", "5"), expired) == .expired)
        #expect(await code(gone) == .expired)
        #expect(await code(#"{"type":"ERROR","object":{"kind":"Status","code":500}}"#) == .internalError)
        #expect(await code(#"{"type":"ERROR","object":{}}"#) == .unknown)
        let whole = await #expect(throws: KubernetesError.self) {
            try await watch(.lines([expired], ending: .end), metadataOnly: true)
        }
        #expect(whole?.code == .expired)
        #expect(whole?.message == "cannot watch configmaps: too old")
    }

    @Test(
        "a line that is no event is malformed",
        arguments: [
            "{", "1", "{}", #"{"type":"ADDED"}"#, #"{"type":"ADDED","object":1}"#, #"{"type":"ADDED","object":{}}"#,
            #"{"type":"NEW","object":{"metadata":{"name":"a","resourceVersion":"1"}}}"#,
            #"{"type":"ADDED","object":{"metadata":{"name":"a"}}}"#,
            #"{"type":"BOOKMARK","object":{"metadata":{}}}"#, "<html>",
        ])
    func malformed(_ line: String) async {
        #expect(await code(line) == .malformedResponse)
    }

    @Test("a refusal is an error with its code")
    func refusals() async throws {
        for (status, reason, code) in [(410, "Expired", KubernetesError.Code.expired), (403, "Forbidden", .forbidden)] {
            let error = await #expect(throws: KubernetesError.self) { try await watch(.status(status, reason)) }
            #expect(error?.code == code)
            #expect(error?.message.hasPrefix("cannot watch configmaps: ") == true)
        }
        let error = await #expect(throws: KubernetesError.self) {
            try await watch(.lines([line("ADDED", "a", "5")], ending: .failure(.interrupted)))
        }
        #expect(error?.code == .interrupted)
    }

    @Test("what the receiver throws comes back as it is")
    func receiver() async throws {
        let client = KubernetesClient(
            transport: ScriptedTransport([.any(.lines([line("ADDED", "a", "5")], ending: .silence))]))
        let thrown = KubernetesError(.conflict, "mine")
        let error = await #expect(throws: KubernetesError.self) {
            try await client.watch(.configMaps, ListOptions(), timeout: .seconds(1)) { _ in throw thrown }
        }
        #expect(error == thrown)
    }
}
