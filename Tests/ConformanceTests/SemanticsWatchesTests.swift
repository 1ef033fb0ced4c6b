import Formats
import HTTPModel
import Testing

@Suite("Watches")
struct SemanticsWatchesTests {
    @Test("tell what happened after a resourceVersion", arguments: SemanticsServer.all)
    func resume(server: SemanticsServer) async throws {
        try await server.check { probe in
            let start = try await probe.get(probe.path("secrets")).resourceVersion
            let made = try await probe.post(probe.path("secrets"), secret("a"))
            let changed = try await probe.merge(probe.path("secrets", "a"), ["data": ["k": "dg=="]])
            _ = try await probe.delete(probe.path("secrets", "a"))
            let events = try await probe.watch(path(probe, "resourceVersion=\(start)"), count: 3)
            #expect(events.map(\.type) == ["ADDED", "MODIFIED", "DELETED"])
            #expect(events[0].object == made.json && events[1].object == changed.json)
            #expect(events[2].name == "a" && events[2].object["data"] == changed.json["data"])
            #expect(events[2].resourceVersion != changed.resourceVersion)
            let later = try await probe.watch(path(probe, "resourceVersion=\(made.resourceVersion)"), count: 1)
            #expect(later.map(\.type) == ["MODIFIED"])
        }
    }

    @Test("without a resourceVersion begin with what is there", arguments: SemanticsServer.all, ["", "0"])
    func initial(server: SemanticsServer, version: String) async throws {
        try await server.check { probe in
            _ = try await probe.post(probe.path("secrets"), secret("b"))
            let made = try await probe.post(probe.path("secrets"), secret("a"))
            let target = path(probe, "resourceVersion=\(version)")
            // A cache may still be behind.
            try await probe.eventually {
                let events = try await probe.watch(target + "&timeoutSeconds=1", count: 2)
                return events.map(\.type) == ["ADDED", "ADDED"] && Set(events.map(\.name)) == ["a", "b"]
                    && events.contains { $0.object == made.json }
            }
        }
    }

    @Test("see an object come and go as its labels do", arguments: SemanticsServer.all)
    func selection(server: SemanticsServer) async throws {
        try await server.check { probe in
            let start = try await probe.get(probe.path("secrets")).resourceVersion
            let object = probe.path("secrets", "a")
            _ = try await probe.post(probe.path("secrets"), secret("a"))
            let off = try await probe.merge(object, ["metadata": ["labels": ["mine": nil]]])
            _ = try await probe.merge(object, ["data": ["k": "dg=="]])
            _ = try await probe.merge(object, ["metadata": ["labels": ["mine": "true"]]])
            let events = try await probe.watch(path(probe, "resourceVersion=\(start)"), count: 3)
            #expect(events.map(\.type) == ["ADDED", "DELETED", "ADDED"])
            #expect(events[1].object[path: "metadata", "labels", "mine"] == "true")
            #expect(events[1].resourceVersion == off.resourceVersion)
        }
    }

    @Test("of one name tell of no other", arguments: SemanticsServer.all)
    func oneName(server: SemanticsServer) async throws {
        try await server.check { probe in
            let start = try await probe.get(probe.path("secrets")).resourceVersion
            _ = try await probe.post(probe.path("secrets"), secret("a"))
            _ = try await probe.post(probe.path("secrets"), secret("b"))
            let target = path(probe, "fieldSelector=metadata.name%3Db&resourceVersion=\(start)")
            let events = try await probe.watch(target, count: 1)
            #expect(events.map(\.name) == ["b"])
        }
    }

    @Test("show only metadata to who asks for it", arguments: SemanticsServer.all)
    func metadataOnly(server: SemanticsServer) async throws {
        try await server.check { probe in
            let start = try await probe.get(probe.path("secrets")).resourceVersion
            _ = try await probe.post(probe.path("secrets"), secret("a"))
            let accept = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
            var request = probe.request(.get, path(probe, "resourceVersion=\(start)"), accept: accept)
            request.target += "&timeoutSeconds=2"
            var lines: [SemanticsEvent] = []
            struct Enough: Error {}
            do {
                _ = try await probe.transport.stream(request) { line in
                    lines.append(SemanticsEvent(try JSONValue(parsing: line)))
                    throw Enough()
                }
            } catch is Enough {}
            #expect(lines.first?.object["kind"] == "PartialObjectMetadata" && lines.first?.name == "a")
            #expect(lines.first?.object["data"] == nil)
        }
    }

    @Test("of what is forgotten end with an error event", arguments: SemanticsServer.all)
    func expired(server: SemanticsServer) async throws {
        try await server.check { probe in
            _ = try await probe.post(probe.path("secrets"), secret("a"))
            probe.forgetHistory()
            let events = try await probe.watch(path(probe, "resourceVersion=1"), count: 1)
            #expect(events.first?.type == "ERROR")
            #expect(events.first?.object["code"] == 410 && events.first?.object["reason"] == "Expired")
            #expect(events.first?.object["message"]?.string?.hasPrefix("too old resource version: 1 (") == true)
        }
    }

    @Test("end in order when their time is over", arguments: SemanticsServer.all)
    func timeout(server: SemanticsServer) async throws {
        try await server.check { probe in
            let start = try await probe.get(probe.path("secrets")).resourceVersion
            let target = path(probe, "resourceVersion=\(start)&timeoutSeconds=1")
            try await withThrowingTaskGroup(of: [SemanticsEvent].self) { group in
                group.addTask { try await probe.watch(target, count: 1) }
                await probe.passTime(.seconds(2), whenWatching: 1)
                let events = try await group.next() ?? []
                #expect(events.isEmpty)
            }
        }
    }

    private func path(_ probe: SemanticsProbe, _ query: String) -> String {
        probe.path("secrets") + "?watch=true&labelSelector=mine&" + query
    }

    private func secret(_ name: String) -> JSONValue {
        ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": .string(name), "labels": ["mine": "true"]]]
    }
}
