import Formats
import Testing

@Suite("Lists")
struct SemanticsListsTests {
    @Test("have a kind, a resourceVersion and their objects in order", arguments: SemanticsServer.all)
    func shape(server: SemanticsServer) async throws {
        try await server.check { probe in
            try await fill(probe, ["c", "a", "b"])
            let list = try await probe.get(mine(probe))
            #expect(list.json["kind"] == "ConfigMapList" && list.json["apiVersion"] == "v1")
            #expect(list.names == ["a", "b", "c"] && !list.resourceVersion.isEmpty)
        }
    }

    @Test("select by label", arguments: SemanticsServer.all)
    func labels(server: SemanticsServer) async throws {
        try await server.check { probe in
            try await fill(probe, ["a", "b", "c"])
            for (selector, names) in [
                ("n=a", ["a"]), ("n!=a,set", ["b", "c"]), ("n in (a,c)", ["a", "c"]), ("n notin (a),set", ["b", "c"]),
                ("set,!nope", ["a", "b", "c"]), ("nope", []), ("n==b", ["b"]),
            ] as [(String, [String])] {
                let list = try await probe.get(probe.path("configmaps") + "?labelSelector=" + escaped(selector))
                #expect(list.status == 200 && list.names == names, "\(selector)")
            }
            let wrong = try await probe.get(probe.path("configmaps") + "?labelSelector=" + escaped("a in b"))
            #expect(wrong.status == 400)
        }
    }

    @Test("select by field", arguments: SemanticsServer.all)
    func fields(server: SemanticsServer) async throws {
        try await server.check { probe in
            try await fill(probe, ["a", "b"])
            let one = try await probe.get(probe.path("configmaps") + "?fieldSelector=metadata.name%3Db")
            #expect(one.names == ["b"])
            let other = try await probe.get(mine(probe) + "&fieldSelector=metadata.name!%3Db")
            #expect(other.names == ["a"])
            let wrong = try await probe.get(probe.path("configmaps") + "?fieldSelector=data.k%3Db")
            #expect(wrong.status == 400)
            let all = "/api/v1/configmaps?fieldSelector=metadata.namespace%3D\(probe.namespace)&labelSelector=set"
            #expect(try await probe.get(all).names == ["a", "b"])
        }
    }

    @Test("come in pages that belong to one moment", arguments: SemanticsServer.all)
    func pages(server: SemanticsServer) async throws {
        try await server.check { probe in
            try await fill(probe, ["a", "b", "c", "d", "e"])
            let path = probe.path("configmaps")
            // The namespace's own ConfigMap may come later than ours.
            try await probe.eventually { try await probe.get(path).names.count == (probe.cluster == nil ? 6 : 6) }
            let first = try await probe.get(path + "?limit=2")
            #expect(first.names == ["a", "b"])
            #expect(first.json[path: "metadata", "remainingItemCount"] == 4)
            let token = first.json[path: "metadata", "continue"]?.string ?? ""
            _ = try await probe.post(path, configMap("bb"))
            _ = try await probe.delete(path + "/c")
            let second = try await probe.get(path + "?limit=2&continue=" + escaped(token))
            #expect(second.names == ["c", "d"] && second.resourceVersion == first.resourceVersion)
            let next = second.json[path: "metadata", "continue"]?.string ?? ""
            let third = try await probe.get(path + "?limit=5&continue=" + escaped(next))
            #expect(third.names == ["e", "kube-root-ca.crt"])
            #expect(third.json[path: "metadata", "continue"] == nil)
            let wrong = try await probe.get(path + "?limit=2&continue=nonsense")
            #expect(wrong.status == 400)
        }
    }

    @Test("with a selector do not count what remains", arguments: SemanticsServer.all)
    func selectedPages(server: SemanticsServer) async throws {
        try await server.check { probe in
            try await fill(probe, ["a", "b", "c"])
            let first = try await probe.get(mine(probe) + "&limit=2")
            #expect(first.names == ["a", "b"] && first.json[path: "metadata", "remainingItemCount"] == nil)
            let token = first.json[path: "metadata", "continue"]?.string ?? ""
            let second = try await probe.get(mine(probe) + "&limit=2&continue=" + escaped(token))
            #expect(second.names == ["c"])
        }
    }

    @Test("select by number", arguments: SemanticsServer.all)
    func numbers(server: SemanticsServer) async throws {
        try await server.check { probe in
            for (name, weight) in [("a", "1"), ("b", "20"), ("c", "heavy")] {
                var object = configMap(name)
                object["metadata"]?["labels"] = ["weight": .string(weight)]
                _ = try await probe.post(probe.path("configmaps"), object)
            }
            for (selector, names) in [
                ("weight>1", ["b"]), ("weight<20", ["a"]), ("weight>0,weight<30", ["a", "b"]), ("weight>20", []),
                ("weight in (1,,heavy)", ["a", "c"]), (" weight = heavy ", ["c"]),
            ] as [(String, [String])] {
                let list = try await probe.get(probe.path("configmaps") + "?labelSelector=" + escaped(selector))
                #expect(list.status == 200 && list.names == names, "\(selector): \(list.names)")
            }
        }
    }

    @Test("of a version show what was there then", arguments: SemanticsServer.all)
    func exactly(server: SemanticsServer) async throws {
        try await server.check { probe in
            try await fill(probe, ["a", "b"])
            let made = try await probe.post(probe.path("configmaps"), configMap("c"))
            _ = try await probe.delete(probe.path("configmaps", "a"))
            let version = "&resourceVersion=\(made.resourceVersion)"
            let then = try await probe.get(mine(probe) + version + "&resourceVersionMatch=Exact")
            #expect(then.names == ["a", "b"] && then.resourceVersion == made.resourceVersion)
            // A page of a version is of that very version.
            #expect(try await probe.get(mine(probe) + version + "&limit=1").names == ["a"])
            #expect(try await probe.get(mine(probe) + version).names == ["b"])
            let later = try await probe.get(mine(probe) + version + "&resourceVersionMatch=NotOlderThan&limit=1")
            #expect(later.names == ["b"])
        }
    }

    @Test("say once what their items are", arguments: SemanticsServer.all)
    func items(server: SemanticsServer) async throws {
        try await server.check { probe in
            try await fill(probe, ["a"])
            let list = try await probe.get(mine(probe))
            #expect(list.items.count == 1)
            #expect(list.items.allSatisfy { $0["kind"] == nil && $0["apiVersion"] == nil })
        }
    }

    @Test("deleted by pages go page by page", arguments: SemanticsServer.all)
    func deletedPages(server: SemanticsServer) async throws {
        try await server.check { probe in
            try await fill(probe, ["a", "b", "c"])
            let shown = try await probe.delete(mine(probe) + "&dryRun=All")
            #expect(shown.status == 200 && shown.names == ["a", "b", "c"])
            let first = try await probe.delete(mine(probe) + "&limit=2")
            #expect(first.names == ["a", "b"] && first.json[path: "metadata", "continue"] != nil)
            #expect(try await probe.get(mine(probe)).names == ["c"])
        }
    }

    @Test("of the future time out", arguments: SemanticsServer.all)
    func future(server: SemanticsServer) async throws {
        try await server.check { probe in
            let list = try await probe.get(probe.path("configmaps") + "?resourceVersion=9000000000")
            #expect(list.status == 504 && list.reason == "Timeout")
            #expect(list.message.contains("Too large resource version: 9000000000"))
            #expect(list.causes.first?["reason"] == "ResourceVersionTooLarge")
        }
    }

    @Test("of all namespaces hold those of each", arguments: SemanticsServer.all)
    func cluster(server: SemanticsServer) async throws {
        try await server.check { probe in
            try await fill(probe, ["a"])
            let list = try await probe.get("/api/v1/configmaps")
            #expect(list.items.contains { $0[path: "metadata", "namespace"]?.string == probe.namespace })
            let accounts = try await probe.get("/api/v1/serviceaccounts?fieldSelector=metadata.name%3Ddefault")
            let spaces = accounts.items.compactMap { $0[path: "metadata", "namespace"]?.string }
            #expect(spaces == spaces.sorted() && spaces.contains(probe.namespace))
        }
    }

    private func fill(_ probe: SemanticsProbe, _ names: [String]) async throws {
        for name in names {
            var object = configMap(name, ["k": "v"])
            object["metadata"]?["labels"] = ["set": "mine", "n": .string(name)]
            #expect(try await probe.post(probe.path("configmaps"), object).status == 201)
        }
    }

    private func mine(_ probe: SemanticsProbe) -> String { probe.path("configmaps") + "?labelSelector=set" }
}

func escaped(_ text: String) -> String {
    text.utf8.map { byte in
        let character = Character(UnicodeScalar(byte))
        return character.isLetter || character.isNumber || "-_.".contains(character)
            ? String(character) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
}
