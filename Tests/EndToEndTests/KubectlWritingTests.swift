import Testing

@Suite("kubectl writes", .enabled(if: Kubectl.found != nil, Kubectl.missing), .timeLimit(.minutes(10)))
struct KubectlWritingTests {
    static func workload(replicas: Int, image: String, second: Bool, port: Int) -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: \(replicas)
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
              - {name: main, image: "\(image)", env: [{name: A, value: "1"}], ports: [{containerPort: 80}]}
        \(second ? "      - {name: side, image: \"side:1\"}" : "")
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {selector: {app: web}, ports: [{name: http, port: \(port)}]}
        """
    }

    private static let before = workload(replicas: 2, image: "web:1", second: true, port: 80)
    private static let after = workload(replicas: 1, image: "web:2", second: false, port: 81)
    private static let containers =
        "get deploy web -o 'jsonpath={range .spec.template.spec.containers[*]}{.name}={.image} {end}'"

    static let applying = [
        Call("apply -f -", input: before, "deployment.apps/web created\nservice/web created"),
        Call("apply -f -", input: before, "deployment.apps/web unchanged\nservice/web unchanged"),
        Call(
            "diff -f -", input: after,
            prints: .parts(["-  replicas: 2\n+  replicas: 1", "-      - image: side:1", "-    port: 80\n+    port: 81"]
            ),
            fails: true),
        Call(containers, "main=web:1 side=side:1"),
        Call("apply -f -", input: after, "deployment.apps/web configured\nservice/web configured"),
        Call(containers, "main=web:2"),
        Call("get svc web -o jsonpath={.spec.ports[*].port}", "81"),
        Call("diff -f -", input: after, ""),
        Call(
            "apply --dry-run=server -f -", input: before,
            "deployment.apps/web configured (server dry run)\nservice/web configured (server dry run)"),
        Call(containers, "main=web:2"),
        Call("set env deploy/web B=2", "deployment.apps/web env updated"),
        Call("get deploy web -o jsonpath={..env[*].name}", "A B"),
        // The order of the list that somebody else added to is sent again.
        Call("apply -f -", input: after, "deployment.apps/web configured\nservice/web unchanged"),
        Call("get deploy web -o jsonpath={..env[*].name}", "A B"),
        Call("set image deploy/web main=web:3", "deployment.apps/web image updated"),
        Call("scale deploy web --replicas=3", "deployment.apps/web scaled"),
        Call("get deploy web -o jsonpath={.spec.replicas}", "3"),
    ]

    private static let map = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: shared}
        data: {owner: first}
        """
    private static let otherMap = map.replacing("first", with: "second")

    static let serverSide = [
        Call("apply --server-side --field-manager=one -f -", input: map, "configmap/shared serverside-applied"),
        Call("apply --server-side --field-manager=one -f -", input: map, "configmap/shared serverside-applied"),
        Call(
            "apply --server-side --field-manager=two -f -", input: otherMap,
            prints: .parts([
                #"error: Apply failed with 1 conflict: conflict with "one": .data.owner"#,
                "--force-conflicts",
            ]), fails: true),
        Call(
            "apply --server-side --field-manager=two --force-conflicts -f -", input: otherMap,
            "configmap/shared serverside-applied"),
        Call("get cm shared -o jsonpath={.data.owner}", "second"),
        Call(
            "get cm shared --show-managed-fields -o jsonpath={.metadata.managedFields[*].manager}", "two"),
    ]

    static let changes = [
        Call("label cm shared tier=gold", "configmap/shared labeled"),
        Call("label cm shared tier=gold", prints: .parts(["configmap/shared"])),
        Call(
            "label cm shared tier=silver",
            prints: .parts(["already has a value (gold), and --overwrite is false"]), fails: true),
        Call("label cm shared tier-", "configmap/shared unlabeled"),
        Call("annotate cm shared 'note=a b'", prints: .pattern("configmap/shared annotated?")),
        Call(#"patch cm shared -p '{"data":{"more":"x"}}'"#, "configmap/shared patched"),
        Call(#"patch cm shared --type=merge -p '{"data":{"more":null}}'"#, "configmap/shared patched"),
        Call(
            #"patch cm shared --type=json -p '[{"op":"replace","path":"/data/owner","value":"third"}]'"#,
            "configmap/shared patched"),
        Call("get cm shared -o jsonpath={.data}", #"{"owner":"third"}"#),
        Call("patch cm shared -p {}", "configmap/shared patched (no change)"),
        Call("replace -f -", input: map, "configmap/shared replaced"),
        Call("delete cm shared", prints: .pattern(#"configmap "shared" deleted.*"#)),
        Call("delete cm shared --ignore-not-found", ""),
    ]

    @Test("what is applied twice, changed, patched and deleted is reported as a real server has it")
    func writing() async throws {
        try await KubectlStage.run { stage in
            try await stage.expect(Self.applying)
            try await stage.expect(Self.serverSide)
            try await stage.expect(Self.changes)
        }
    }

    private static let unknownField = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: x}
        dat: {a: b}
        """

    static let refusals = [
        Call("get cm nope", #"Error from server (NotFound): configmaps "nope" not found"#, fails: true),
        Call("get foo", #"error: the server doesn't have a resource type "foo""#, fails: true),
        Call("get pods -n nowhere", "No resources found in nowhere namespace."),
        Call(
            "create cm x -n nowhere", prints: .parts([#"namespaces "nowhere" not found"#]), fails: true),
        Call(
            "create ns default", #"Error from server (AlreadyExists): namespaces "default" already exists"#,
            fails: true),
        Call(
            "create ns Bad_Name",
            prints: .parts([
                #"The Namespace "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123"#
            ]), fails: true),
        Call(
            "apply -f -", input: unknownField,
            """
            Error from server (BadRequest): error when creating "STDIN": ConfigMap in version "v1" cannot be handled \
            as a ConfigMap: strict decoding error: unknown field "dat"
            """, fails: true),
        Call(
            "apply --validate=warn -f -", input: unknownField,
            "configmap/x created\nWarning: unknown field \"dat\""),
        Call(
            "apply --validate=ignore -f -", input: unknownField.replacing("name: x", with: "name: other"),
            "configmap/other created"),
        Call(
            "apply -f -", input: unknownField.replacing("ConfigMap", with: "Nothing"),
            prints: .parts([#"no matches for kind "Nothing" in version "v1""#]), fails: true),
        Call(
            "replace -f -",
            input: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, resourceVersion: '1'}",
            prints: .parts([
                "Error from server (Conflict)",
                #"Operation cannot be fulfilled on configmaps "x": the object has been modified"#,
            ]), fails: true),
        Call(
            "delete ns kube-system",
            #"Error from server (Forbidden): namespaces "kube-system" is forbidden: this namespace may not be deleted"#,
            fails: true),
        Call(
            "create rolebinding r --clusterrole=nope --user=a",
            prints: .parts(["rolebinding.rbac.authorization.k8s.io/r created"])),
    ]

    @Test("what is refused is refused in a real server's words")
    func refused() async throws {
        try await KubectlStage.run { try await $0.expect(Self.refusals) }
    }
}
