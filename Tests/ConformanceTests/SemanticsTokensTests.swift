import Formats
import HTTPModel
import Testing

@Suite("Tokens")
struct SemanticsTokensTests {
    private static let reviews = "/apis/authentication.k8s.io/v1/tokenreviews"
    private static let server = "https://kubernetes.default.svc.cluster.local"

    @Test("are known with their account, its uid and whom they are for", arguments: SemanticsServer.all)
    func review(server: SemanticsServer) async throws {
        try await server.check { probe in
            let account = try await probe.post(probe.path("serviceaccounts"), ["metadata": ["name": "sa"]])
            let token = try await self.token(probe, [:])
            let known = try await review(probe, ["token": .string(token)])
            #expect(known.status == 201 && known.json[path: "status", "authenticated"] == true)
            #expect(known.json[path: "status", "audiences"] == [.string(Self.server)])
            #expect(known.json[path: "status", "user", "uid"]?.string == account.uid)
            #expect(
                known.json[path: "status", "user", "groups"] == [
                    "system:serviceaccounts", .string("system:serviceaccounts:\(probe.namespace)"),
                    "system:authenticated",
                ])
        }
    }

    @Test("for others open nothing here", arguments: SemanticsServer.all)
    func audience(server: SemanticsServer) async throws {
        try await server.check { probe in
            _ = try await probe.post(probe.path("serviceaccounts"), ["metadata": ["name": "sa"]])
            let token = try await self.token(probe, ["audiences": ["other"]])
            let here = try await review(probe, ["token": .string(token)])
            #expect(here.json[path: "status", "authenticated"] != true)
            #expect(
                here.json[path: "status", "error"]?.string
                    == "[invalid bearer token, token audiences [\"other\"] is invalid for the target audiences "
                    + "[\"\(Self.server)\"]]")
            let there = try await review(probe, ["token": .string(token), "audiences": ["other", "third"]])
            #expect(there.json[path: "status", "authenticated"] == true)
            #expect(there.json[path: "status", "audiences"] == ["other"])
            #expect(try await get(probe.path("configmaps"), with: token, probe).status == 401)
        }
    }

    @Test("may do what their account may", arguments: SemanticsServer.all)
    func rights(server: SemanticsServer) async throws {
        try await server.check { probe in
            _ = try await probe.post(probe.path("serviceaccounts"), ["metadata": ["name": "sa"]])
            let token = try await self.token(probe, [:])
            let denied = try await get(probe.path("configmaps"), with: token, probe)
            #expect(denied.status == 403)
            let user = "system:serviceaccount:\(probe.namespace):sa"
            #expect(
                denied.message
                    == "configmaps is forbidden: User \"\(user)\" cannot list resource \"configmaps\" in API group \"\" "
                    + "in the namespace \"\(probe.namespace)\"")
            #expect(try await get("/version", with: token, probe).status == 200)
            #expect(try await get("/version", with: "nonsense", probe).status == 401)
        }
    }

    @Test("bound to an object name the one they mean", arguments: SemanticsServer.all)
    func bound(server: SemanticsServer) async throws {
        try await server.check { probe in
            _ = try await probe.post(probe.path("serviceaccounts"), ["metadata": ["name": "sa"]])
            let secret = try await probe.post(probe.path("secrets"), ["metadata": ["name": "bound"]])
            var reference: JSONValue = [
                "kind": "Secret", "apiVersion": "v1", "name": "bound", "uid": .string(otherUID),
            ]
            let path = probe.path("serviceaccounts", "sa") + "/token"
            let other = try await probe.post(path, ["spec": ["boundObjectRef": reference]])
            #expect(other.status == 409 && other.reason == "Conflict")
            #expect(
                other.message
                    == "Operation cannot be fulfilled on Secret \"bound\": the UID in the bound object reference "
                    + "(\(otherUID)) does not match the UID in record. The object might have been deleted and then "
                    + "recreated")
            reference["uid"] = .string(secret.uid)
            let token = try await self.token(probe, ["boundObjectRef": reference])
            let known = try await review(probe, ["token": .string(token)])
            #expect(known.json[path: "status", "authenticated"] == true)
            _ = try await probe.delete(probe.path("secrets", "bound"))
            try await probe.eventually {
                try await get(probe.path("configmaps"), with: token, probe).status == 401
            }
        }
    }

    @Test("of an account that is gone are worth nothing, whoever has its name now", arguments: SemanticsServer.all)
    func gone(server: SemanticsServer) async throws {
        try await server.check { probe in
            _ = try await probe.post(probe.path("serviceaccounts"), ["metadata": ["name": "sa"]])
            let token = try await self.token(probe, [:])
            #expect(try await get(probe.path("configmaps"), with: token, probe).status == 403)
            _ = try await probe.delete(probe.path("serviceaccounts", "sa"))
            _ = try await probe.post(probe.path("serviceaccounts"), ["metadata": ["name": "sa"]])
            // A real server remembers a token for some seconds.
            try await probe.eventually {
                try await get(probe.path("configmaps"), with: token, probe).status == 401
            }
        }
    }

    private func token(_ probe: SemanticsProbe, _ spec: JSONValue) async throws -> String {
        let answer = try await probe.post(probe.path("serviceaccounts", "sa") + "/token", ["spec": spec])
        #expect(answer.status == 201, "\(answer.message)")
        return answer.json[path: "status", "token"]?.string ?? ""
    }

    private func review(_ probe: SemanticsProbe, _ spec: JSONValue) async throws -> SemanticsAnswer {
        try await probe.post(Self.reviews, ["spec": spec])
    }

    /// A read with a token, by nobody else: a client's certificate would go before it.
    private func get(_ target: String, with token: String, _ probe: SemanticsProbe) async throws -> SemanticsAnswer {
        var request = probe.request(.get, target)
        request.headers["Authorization"] = "Bearer \(token)"
        let transport = try probe.cluster == nil ? SemanticsServer.anonymousTransport() : probe.transport
        return SemanticsAnswer(try await transport.send(request))
    }
}
