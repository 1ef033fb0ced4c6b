import EnvironmentAPI
import Formats
import Testing

@Suite("Access") struct AccessTests {
    private struct Grant: Hashable {
        var role: String
        var group: String
        var resource: String
        var names: [String]
        var verb: String
    }

    private static let documents = Manifests.documents()

    private static func grants(_ role: String) -> [Grant] {
        let document = documents.first { $0["kind"] == "ClusterRole" && $0[path: "metadata", "name"]?.string == role }
        return grants(in: document ?? .null, role)
    }

    private static func grants(in document: JSONValue, _ role: String) -> [Grant] {
        func texts(_ value: JSONValue?) -> [String] { value?.array?.compactMap(\.string) ?? [] }
        return (document["rules"]?.array ?? []).flatMap { rule in
            texts(rule["apiGroups"]).flatMap { group in
                texts(rule["resources"]).flatMap { resource in
                    texts(rule["verbs"]).map {
                        Grant(
                            role: role, group: group, resource: resource, names: texts(rule["resourceNames"]), verb: $0)
                    }
                }
            }
        }
    }

    private static var all: [Grant] {
        documents.filter { $0["rules"] != nil }
            .flatMap { grants(in: $0, $0[path: "metadata", "name"]?.string ?? "") }
    }

    @Test("no role holds a wildcard, or one of the verbs and resources that lead out of it")
    func never() {
        for grant in Self.all {
            #expect(!["*", "escalate", "impersonate", "approve", "sign"].contains(grant.verb), "\(grant)")
            #expect(grant.group != "*" && grant.resource != "*", "\(grant)")
            #expect(!["nodes/proxy", "namespaces/finalize", "certificatesigningrequests"].contains(grant.resource))
            let isWrite = !["get", "list", "watch", "bind"].contains(grant.verb)
            let guarded = [
                "roles", "clusterroles", "clusterrolebindings", "persistentvolumes", "customresourcedefinitions",
            ]
            #expect(!(isWrite && guarded.contains(grant.resource)), "\(grant)")
        }
    }

    @Test("the operator holds no Secret, no ConfigMap and no pod's command line outside the namespaces it made")
    func core() {
        let core = Self.grants("envfactory-core")
        let forbidden = [
            "secrets", "configmaps", "pods", "nodes", "pods/exec", "pods/attach", "pods/portforward",
            "serviceaccounts/token",
        ]
        #expect(core.filter { forbidden.contains($0.resource) } == [])
        let written = Set(core.filter { !["get", "list", "watch"].contains($0.verb) }.map(\.resource))
        #expect(
            written == [
                "environments", "environments/status", "environmentclasses/status", "inferenceendpoints",
                "inferenceendpoints/status", "namespaces", "rolebindings", "clusterroles", "events",
            ])
    }

    @Test("the operator binds the named roles and no other, and never reads or writes one")
    func bind() {
        let clusterRoles = Self.all.filter { $0.resource == "clusterroles" }
        #expect(Set(clusterRoles.map(\.verb)) == ["bind"])
        #expect(
            clusterRoles.first?.names == [
                "envfactory-in-namespace", "envfactory-tenant-view", "envfactory-tenant-edit",
                "envfactory-kubeconfig-reader", "envfactory-port-forward", "envfactory-vcluster",
            ])
    }

    @Test("of definitions those are read, by name, whose end would end what users made")
    func definitions() {
        let grants = Self.all.filter { $0.resource == "customresourcedefinitions" }
        #expect(grants.map(\.verb) == ["get"])
        #expect(grants.first?.names == ["environments.envfactory.dev", "inferenceendpoints.envfactory.dev"])
    }

    @Test(
        "no tenant changes its quota, its limits, its network, its roles or its namespace", arguments: ["view", "edit"])
    func tenant(_ role: String) {
        let guards = [
            "resourcequotas", "limitranges", "networkpolicies", "roles", "rolebindings", "namespaces", "environments",
        ]
        let grants = Self.grants("envfactory-tenant-\(role)")
        #expect(!grants.isEmpty)
        #expect(grants.filter { guards.contains($0.resource) && !["get", "list", "watch"].contains($0.verb) } == [])
        #expect(grants.filter { ["roles", "rolebindings", "namespaces"].contains($0.resource) } == [])
        #expect(grants.filter { $0.verb == "deletecollection" && $0.resource == "secrets" } == [])
    }

    @Test("a tenant who looks sees no Secret and runs nothing")
    func view() {
        let grants = Self.grants("envfactory-tenant-view")
        #expect(Set(grants.map(\.verb)) == ["get", "list", "watch"])
        #expect(
            grants.filter { ["secrets", "pods/exec", "pods/attach", "pods/portforward"].contains($0.resource) } == [])
    }

    @Test("who may use an environment reads the one Secret")
    func kubeconfigReader() {
        let grants = Self.grants("envfactory-kubeconfig-reader")
        #expect(Set(grants.map(\.verb)) == ["get", "watch"])
        #expect(
            Set(grants.map(\.resource)) == ["secrets"] && grants.allSatisfy { $0.names == ["envfactory-kubeconfig"] })
    }

    @Test("a port can be forwarded by request and over a WebSocket")
    func portForward() {
        let verbs = Self.grants("envfactory-port-forward").filter { $0.resource == "pods/portforward" }.map(\.verb)
        #expect(verbs == ["create", "get"])
    }

    @Test("who may forward a port reads logs too, and changes nothing")
    func logs() {
        let grants = Self.grants("envfactory-port-forward").filter { $0.resource != "pods/portforward" }
        #expect(grants.map { "\($0.verb) \($0.resource)" } == ["get pods", "list pods", "get pods/log"])
    }

    @Test(
        "in its own namespace the operator holds its Lease and the pause switch, and may list who tells of code hosts")
    func ownNamespace() throws {
        let role = try #require(Self.documents.first { $0["kind"] == "Role" })
        let grants = Self.grants(in: role, "own")
        #expect(Set(grants.map(\.resource)) == ["leases", "configmaps", "secrets"])
        #expect(grants.filter { $0.resource == "configmaps" }.allSatisfy { $0.names == ["envfactory-pause"] })
        #expect(grants.filter { $0.names.isEmpty && $0.resource != "secrets" }.map(\.verb) == ["create"])
        // No Secret that it does not find by its label is read, and none is written.
        #expect(grants.filter { $0.resource == "secrets" }.map(\.verb) == ["list", "watch"])
    }

    @Test("every static role of the table is installed, but the optional one")
    func complete() {
        let names = Set(
            Self.documents.filter { $0["kind"] == "ClusterRole" }.compactMap { $0[path: "metadata", "name"]?.string })
        #expect(names.isSuperset(of: Words.Role.allCases.filter { $0 != .placement }.map(\.rawValue)))
    }
}
