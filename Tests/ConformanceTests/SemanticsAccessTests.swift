import Formats
import Testing

@Suite("Permissions")
struct SemanticsAccessTests {
    private static let group = "rbac.authorization.k8s.io/v1"

    @Test("are denied in Kubernetes' words", arguments: SemanticsServer.all)
    func denied(server: SemanticsServer) async throws {
        try await server.check { probe in
            let user = probe.unique("user")
            let one = try await probe.get(probe.path("configmaps", "a"), as: user)
            #expect(one.status == 403 && one.reason == "Forbidden")
            #expect(
                one.message
                    == "configmaps \"a\" is forbidden: User \"\(user)\" cannot get resource \"configmaps\" in API "
                    + "group \"\" in the namespace \"\(probe.namespace)\"")
            #expect(one.json["details"] == ["name": "a", "kind": "configmaps"])
            let list = try await probe.get("/apis/apps/v1/deployments", as: user)
            #expect(
                list.message
                    == "deployments.apps is forbidden: User \"\(user)\" cannot list resource \"deployments\" in API "
                    + "group \"apps\" at the cluster scope")
            let status = try await probe.merge(probe.path("pods", "p") + "/status", [:], as: user)
            #expect(status.message.contains("cannot patch resource \"pods/status\" in API group \"\""))
            let url = try await probe.get("/metrics", as: user)
            #expect(url.status == 403 && url.message == "forbidden: User \"\(user)\" cannot get path \"/metrics\"")
            #expect(try await probe.get("/version", as: user).status == 200)
        }
    }

    @Test("are given by roles in a namespace", arguments: SemanticsServer.all)
    func role(server: SemanticsServer) async throws {
        try await server.check { probe in
            let user = probe.unique("user")
            try await grant(probe, "reader", [rule([""], ["configmaps"], ["get", "list"])], to: user)
            _ = try await probe.post(probe.path("configmaps"), configMap("a"))
            try await probe.eventually { try await probe.get(probe.path("configmaps", "a"), as: user).status == 200 }
            #expect(try await probe.get(probe.path("configmaps"), as: user).status == 200)
            #expect(try await probe.get("/api/v1/configmaps", as: user).status == 403)
            #expect(try await probe.get("/api/v1/namespaces/default/configmaps", as: user).status == 403)
            #expect(try await probe.post(probe.path("configmaps"), configMap("b"), as: user).status == 403)
            #expect(try await probe.get(probe.path("secrets"), as: user).status == 403)
            #expect(try await probe.get(probe.path("configmaps") + "?watch=true", as: user).status == 403)
        }
    }

    @Test("follow their role and their binding", arguments: SemanticsServer.all)
    func change(server: SemanticsServer) async throws {
        try await server.check { probe in
            let user = probe.unique("user")
            func status(_ resource: String) async throws -> Int {
                try await probe.get(probe.path(resource), as: user).status
            }
            #expect(try await status("configmaps") == 403)
            try await grant(probe, "reader", [rule([""], ["configmaps"], ["list"])], to: user)
            try await probe.eventually { try await status("configmaps") == 200 }
            #expect(try await status("secrets") == 403)
            let other: JSONValue = ["rules": .array([rule([""], ["secrets"], ["list"])])]
            #expect(try await probe.merge(probe.path("roles", "reader", in: Self.group), other).status == 200)
            try await probe.eventually { try await status("secrets") == 200 }
            #expect(try await status("configmaps") == 403)
            #expect(try await probe.delete(probe.path("rolebindings", "reader", in: Self.group)).status == 200)
            try await probe.eventually { try await status("secrets") == 403 }
        }
    }

    @Test("may be limited to names", arguments: SemanticsServer.all)
    func resourceNames(server: SemanticsServer) async throws {
        try await server.check { probe in
            let user = probe.unique("user")
            var named = rule([""], ["secrets"], ["get", "list", "watch"])
            named["resourceNames"] = ["mine"]
            try await grant(probe, "named", [named], to: user)
            for name in ["mine", "other"] {
                _ = try await probe.post(probe.path("secrets"), ["metadata": ["name": .string(name)]])
            }
            try await probe.eventually { try await probe.get(probe.path("secrets", "mine"), as: user).status == 200 }
            #expect(try await probe.get(probe.path("secrets", "other"), as: user).status == 403)
            #expect(try await probe.get(probe.path("secrets"), as: user).status == 403)
            let selected = try await probe.get(
                probe.path("secrets") + "?fieldSelector=metadata.name%3Dmine", as: user)
            #expect(selected.status == 200 && selected.names == ["mine"])
        }
    }

    @Test("on a subresource are permissions of their own", arguments: SemanticsServer.all)
    func subresources(server: SemanticsServer) async throws {
        try await server.check { probe in
            let user = probe.unique("user")
            try await grant(
                probe, "status", [rule(["apps"], ["deployments/status"], ["get", "patch"])], to: user)
            _ = try await probe.post(probe.path("deployments", in: "apps/v1"), deployment("d"))
            let path = probe.path("deployments", "d", in: "apps/v1")
            try await probe.eventually { try await probe.get(path + "/status", as: user).status == 200 }
            #expect(try await probe.get(path, as: user).status == 403)
            #expect(try await probe.merge(path + "/status", ["status": ["replicas": 1]], as: user).status == 200)
        }
    }

    @Test("of a namespace's service account come through its groups", arguments: SemanticsServer.all)
    func serviceAccount(server: SemanticsServer) async throws {
        try await server.check { probe in
            let account = "system:serviceaccount:\(probe.namespace):default"
            _ = try await probe.post(probe.path("roles", in: Self.group), role("r", [rule([""], ["pods"], ["list"])]))
            let binding = self.binding(
                "b", role: "r",
                [
                    [
                        "kind": "Group", "apiGroup": "rbac.authorization.k8s.io",
                        "name": .string("system:serviceaccounts:\(probe.namespace)"),
                    ]
                ])
            #expect(try await probe.post(probe.path("rolebindings", in: Self.group), binding).status == 201)
            try await probe.eventually { try await probe.get(probe.path("pods"), as: account).status == 200 }
            let other = "system:serviceaccount:default:default"
            #expect(try await probe.get(probe.path("pods"), as: other).status == 403)
        }
    }

    @Test("cannot be given away by who does not have them", arguments: SemanticsServer.all)
    func escalation(server: SemanticsServer) async throws {
        try await server.check { probe in
            let user = probe.unique("user")
            let write = rule(["rbac.authorization.k8s.io"], ["roles", "rolebindings"], ["create", "update", "get"])
            try await grant(probe, "writer", [write, rule([""], ["configmaps"], ["get"])], to: user)
            let roles = probe.path("roles", in: Self.group)
            try await probe.eventually { try await probe.get(roles + "/writer", as: user).status == 200 }
            let more = try await probe.post(roles, role("more", [rule([""], ["secrets"], ["get"])]), as: user)
            #expect(more.status == 403 && more.reason == "Forbidden")
            #expect(more.message.hasPrefix("roles.rbac.authorization.k8s.io \"more\" is forbidden: user \"\(user)\" "))
            #expect(
                more.message.hasSuffix(
                    "is attempting to grant RBAC permissions not currently held:\n"
                        + "{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\"]}"))
            let same = try await probe.post(roles, role("same", [rule([""], ["configmaps"], ["get"])]), as: user)
            #expect(same.status == 201)
        }
    }

    @Test("are bound only by who has them or may bind that role", arguments: SemanticsServer.all)
    func bind(server: SemanticsServer) async throws {
        try await server.check { probe in
            let user = probe.unique("user")
            let roles = probe.path("roles", in: Self.group)
            let bindings = probe.path("rolebindings", in: Self.group)
            for name in ["bindable", "other"] {
                _ = try await probe.post(roles, role(name, [rule([""], ["secrets"], ["get"])]))
            }
            var bind = rule(["rbac.authorization.k8s.io"], ["roles"], ["bind"])
            bind["resourceNames"] = ["bindable"]
            let write = rule(["rbac.authorization.k8s.io"], ["rolebindings"], ["create", "get"])
            try await grant(probe, "binder", [bind, write], to: user)
            try await probe.eventually { try await probe.get(bindings + "/binder", as: user).status == 200 }
            let subject: JSONValue = [
                "kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": .string(user),
            ]
            let refused = try await probe.post(bindings, binding("no", role: "other", [subject]), as: user)
            #expect(refused.status == 403)
            #expect(refused.message.contains("is attempting to grant RBAC permissions not currently held"))
            let missing = try await probe.post(bindings, binding("none", role: "none", [subject]), as: user)
            #expect(missing.status == 404)
            let fine = try await probe.post(bindings, binding("yes", role: "bindable", [subject]), as: user)
            #expect(fine.status == 201)
            try await probe.eventually { try await probe.get(probe.path("secrets", "x"), as: user).status == 404 }
        }
    }

    @Test("a binding keeps its role", arguments: SemanticsServer.all)
    func roleRef(server: SemanticsServer) async throws {
        try await server.check { probe in
            let bindings = probe.path("rolebindings", in: Self.group)
            let made = try await probe.post(bindings, binding("b", role: "one", []))
            #expect(made.status == 201)
            let changed = try await probe.merge(bindings + "/b", ["roleRef": ["name": "two"]])
            #expect(changed.status == 422 && changed.message.hasSuffix("cannot change roleRef"))
            #expect(changed.causes.first?["field"] == "roleRef")
        }
    }

    @Test("can be asked about", arguments: SemanticsServer.all)
    func review(server: SemanticsServer) async throws {
        try await server.check { probe in
            let user = probe.unique("user")
            try await grant(probe, "reader", [rule([""], ["configmaps"], ["get"])], to: user)
            func may(_ verb: String, _ resource: String) async throws -> SemanticsAnswer {
                try await probe.post(
                    "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                    [
                        "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
                        "spec": [
                            "resourceAttributes": [
                                "namespace": .string(probe.namespace), "verb": .string(verb),
                                "resource": .string(resource),
                            ]
                        ],
                    ], as: user)
            }
            try await probe.eventually {
                try await may("get", "configmaps").json[path: "status", "allowed"] == true
            }
            let asked = try await may("get", "configmaps")
            #expect(asked.status == 201 && asked.json["kind"] == "SelfSubjectAccessReview")
            #expect(try await may("delete", "configmaps").json[path: "status", "allowed"] == false)
            #expect(try await may("get", "secrets").json[path: "status", "allowed"] == false)
        }
    }

    @Test("a service account's token speaks for it", arguments: SemanticsServer.all)
    func token(server: SemanticsServer) async throws {
        try await server.check { probe in
            let path = probe.path("serviceaccounts", "default") + "/token"
            let body: JSONValue = [
                "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": ["expirationSeconds": 3600],
            ]
            let made = try await probe.post(path, body)
            #expect(made.status == 201 && made.json["kind"] == "TokenRequest")
            let token = made.json[path: "status", "token"]?.string ?? ""
            #expect(!token.isEmpty && made.json[path: "status", "expirationTimestamp"]?.string?.count == 20)
            let review = try await probe.post(
                "/apis/authentication.k8s.io/v1/tokenreviews",
                [
                    "apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": ["token": .string(token)],
                ])
            #expect(review.json[path: "status", "authenticated"] == true)
            #expect(
                review.json[path: "status", "user", "username"]?.string
                    == "system:serviceaccount:\(probe.namespace):default")
            var short = body
            short["spec"] = ["expirationSeconds": 60]
            let refused = try await probe.post(path, short)
            #expect(refused.status == 422 && refused.causes.first?["field"] == "spec.expirationSeconds")
            let missing = try await probe.post(probe.path("serviceaccounts", "none") + "/token", body)
            #expect(missing.status == 404)
        }
    }

    // MARK: - Roles

    private func rule(_ groups: [JSONValue], _ resources: [JSONValue], _ verbs: [JSONValue]) -> JSONValue {
        ["apiGroups": .array(groups), "resources": .array(resources), "verbs": .array(verbs)]
    }

    private func role(_ name: String, _ rules: [JSONValue]) -> JSONValue {
        [
            "apiVersion": .string(Self.group), "kind": "Role", "metadata": ["name": .string(name)],
            "rules": .array(rules),
        ]
    }

    private func binding(_ name: String, role: String, _ subjects: [JSONValue]) -> JSONValue {
        [
            "apiVersion": .string(Self.group), "kind": "RoleBinding", "metadata": ["name": .string(name)],
            "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": .string(role)],
            "subjects": .array(subjects),
        ]
    }

    private func grant(_ probe: SemanticsProbe, _ name: String, _ rules: [JSONValue], to user: String) async throws {
        let made = try await probe.post(probe.path("roles", in: Self.group), role(name, rules))
        #expect(made.status == 201)
        let subject: JSONValue = ["kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": .string(user)]
        let bound = try await probe.post(
            probe.path("rolebindings", in: Self.group), binding(name, role: name, [subject]))
        #expect(bound.status == 201)
    }
}
