import EnvfactoryCommands
import EnvironmentAPI
import Formats
import Testing

@Suite("The operator's chart, rendered")
struct OperatorChartRenderTests {
    private func render(_ line: String, namespace: String = "envfactory-system") async -> CommandLineRun {
        var machine = TestMachine()
        let files = OperatorChart.files().map { ("/chart/\($0.path)", $0.text) }
        machine.files = MemoryFiles(Dictionary(uniqueKeysWithValues: files))
        return await machine.run("chart render /chart --name x -n \(namespace) \(line)")
    }

    private func objects(_ line: String = "", namespace: String = "envfactory-system") async throws -> [JSONValue] {
        let run = await render(line, namespace: namespace)
        #expect(run.code == .success, "\(run.diagnostics)")
        return try YAML.documents(in: run.output)
    }

    /// Objects by kind, namespace and name; none is there twice.
    private func byName(_ objects: [JSONValue]) -> [String: JSONValue] {
        Dictionary(
            uniqueKeysWithValues: objects.map { object in
                let names = [object["kind"], object[path: "metadata", "namespace"], object[path: "metadata", "name"]]
                return (names.map { $0?.string ?? "" }.joined(separator: "/"), object)
            })
    }

    @Test(
        "makes the same objects as Manifests/, for every server",
        arguments: [
            ("1.20.2", Manifests.Dialect.legacy), ("1.29.9", .legacy), ("v1.30.0-gke.1", .current), ("1.36", .current),
        ])
    func same(version: String, dialect: Manifests.Dialect) async throws {
        var expected = byName(Manifests.documents(Manifests.Options(dialect: dialect)))
        let all = byName(try await objects("--kube-version \(version) --set namespace.create=true"))
        #expect(Set(all.keys) == Set(expected.keys))
        for (name, object) in expected { #expect(all[name] == object, "\(name)") }
        // Helm wants to find its namespace, or makes it.
        expected["Namespace//envfactory-system"] = nil
        #expect(byName(try await objects("--kube-version \(version)")) == expected)
    }

    @Test("lives in the release's namespace, whatever it is called")
    func namespace() async throws {
        let objects = try await objects("--set namespace.create=true,replicas=2", namespace: "123")
        #expect(objects.allSatisfy { !$0.text().contains("envfactory-system") })
        #expect(objects.contains { $0.text().contains("system:serviceaccount:123:envfactory") })
        #expect(byName(objects)["Deployment/123/envfactory"] != nil)
    }

    @Test("Helm keeps the definitions, and deletes no environment with its release")
    func kept() async throws {
        let definitions = try await objects().filter { $0["kind"] == "CustomResourceDefinition" }
        #expect(definitions.count == 3)
        #expect(definitions.allSatisfy { $0[path: "metadata", "annotations", "helm.sh/resource-policy"] == "keep" })
    }

    @Test(
        "leaves out what is not wanted",
        arguments: [
            ("crds.install=false", "CustomResourceDefinition"), ("operator.install=false", "Deployment"),
            ("operator.install=false,replicas=2", "PodDisruptionBudget"), ("replicas=1", "PodDisruptionBudget"),
            ("admissionPolicies.install=false", "ValidatingAdmissionPolicy"),
            ("admissionPolicies.install=false", "ValidatingAdmissionPolicyBinding"),
        ])
    func left(setting: String, kind: String) async throws {
        #expect(try await objects("--set \(setting)").allSatisfy { $0["kind"] != .string(kind) })
    }

    @Test("adds what is asked for")
    func added() async throws {
        let objects = byName(try await objects("--set replicas=2,placementRole.install=true"))
        #expect(objects["ClusterRole//envfactory-placement"] != nil)
        let budget = try #require(objects["PodDisruptionBudget/envfactory-system/envfactory"])
        let deployment = try #require(objects["Deployment/envfactory-system/envfactory"])
        #expect(budget["apiVersion"] == "policy/v1" && budget[path: "spec", "maxUnavailable"] == 1)
        #expect(budget[path: "spec", "selector"] == deployment[path: "spec", "selector"])
        #expect(deployment[path: "spec", "replicas"] == 2)
    }

    @Test("takes webhooks on a Service of its own where that is asked for, and listens for none where it is not")
    func webhooks() async throws {
        let name = "Service/envfactory-system/envfactory-webhooks"
        #expect(byName(try await objects(""))[name] == nil)
        let service = try #require(byName(try await objects("--set webhooks.install=true"))[name])
        let pod = try await pod("--set webhooks.install=true,extraArgs[0]=--workers=8")
        let arguments = pod[path: "spec", "containers"]?.array?.first?["args"]?.array?.compactMap(\.string) ?? []
        #expect(arguments.suffix(2) == ["--webhook-address=0.0.0.0:8082", "--workers=8"])
        #expect(service[path: "spec", "ports"]?.array?.first?["targetPort"] == 8082)
        #expect(
            service[path: "spec", "selector", "app.kubernetes.io/name"]
                == pod[path: "metadata", "labels", "app.kubernetes.io/name"])
        let bare = try await self.pod("")[path: "spec", "containers"]?.array?.first?["args"]?.array ?? []
        #expect(!bare.contains { $0.string?.contains("webhook") == true })
    }

    private func pod(_ line: String) async throws -> JSONValue {
        let objects = byName(try await objects(line))
        return try #require(objects["Deployment/envfactory-system/envfactory"]?[path: "spec", "template"])
    }

    @Test("every value of the pod reaches its place, beside what is always there")
    func pod() async throws {
        let pod = try await pod(
            "--set extraArgs={--workers=32,--verbose},podLabels.a=b,podAnnotations.c=d,priorityClassName=high"
                + " --set imagePullSecrets[0].name=s,nodeSelector.e=f,tolerations[0].key=g,image.pullPolicy=Always"
                + " --set-json affinity={\"podAntiAffinity\":{}} --set resources.limits.memory=1Gi")
        let container = try #require(pod[path: "spec", "containers"]?.array?.first)
        let journal = "--journal=\(Words.Installation.journalDirectory)/journal"
        #expect(container["args"] == ["operator", .string(journal), "--workers=32", "--verbose"])
        #expect(container["imagePullPolicy"] == "Always")
        #expect(container["resources"] == ["limits": ["memory": "1Gi"], "requests": ["cpu": "50m", "memory": "64Mi"]])
        #expect(pod[path: "metadata", "labels", "a"] == "b")
        #expect(pod[path: "metadata", "labels", "app.kubernetes.io/name"] == "envfactory")
        #expect(pod[path: "metadata", "annotations"] == ["c": "d"])
        #expect(pod[path: "spec", "priorityClassName"] == "high")
        #expect(pod[path: "spec", "imagePullSecrets"] == [["name": "s"]])
        #expect(pod[path: "spec", "nodeSelector"] == ["e": "f"])
        #expect(pod[path: "spec", "tolerations"] == [["key": "g"]])
        #expect(pod[path: "spec", "affinity"] == ["podAntiAffinity": [:]])
    }

    @Test("a default is taken away by null")
    func null() async throws {
        let pod = try await pod("--set podSecurityContext=null,resources.limits=null")
        #expect(pod[path: "spec", "securityContext"] == nil)
        let resources = pod[path: "spec", "containers"]?.array?.first?["resources"]
        #expect(resources == ["requests": ["cpu": "50m", "memory": "64Mi"]])
    }

    @Test(
        "names the image by tag, by digest, by both, or by the chart's own version",
        arguments: [
            ("image.repository=r.example/e", "r.example/e:v\(Words.Installation.version)"),
            ("image.tag=1", "envfactory:1"), ("image.digest=sha256:0a", "envfactory@sha256:0a"),
            ("image.tag=v1,image.digest=sha256:0a", "envfactory:v1@sha256:0a"),
        ])
    func image(setting: String, expected: String) async throws {
        let pod = try await pod("--set-string \(setting)")
        #expect(pod[path: "spec", "containers"]?.array?.first?["image"] == .string(expected))
    }

    @Test(
        "refuses values that it does not know, by their names",
        arguments: [
            ("replica=2", "replica is not known here"), ("image.name=x", "image: name is not known here"),
            ("replicas=many", "replicas: must be of type integer"), ("replicas=-1", "replicas: must be 0 or more"),
            ("image.tag=1", "image.tag: must be of type string"), ("image.digest=x", "image.digest: must match"),
            ("image.pullPolicy=Often", "image.pullPolicy: must be one of"),
            ("podLabels.app\\.kubernetes\\.io/name=x", "app.kubernetes.io/name is no name that is allowed here"),
            ("tolerations[0]=x", "tolerations.0: must be of type object"),
        ])
    func refused(setting: String, message: String) async {
        let run = await render("--set \(setting)")
        #expect(run.code == .rejected && run.output.isEmpty)
        #expect(run.diagnostics.contains(message), "\(run.diagnostics)")
    }

    @Test("takes the globals of a chart around it")
    func globals() async throws { #expect(try await objects("--set global.x=1") == objects()) }

    @Test("is not for servers before 1.20")
    func old() async {
        let run = await render("--kube-version 1.19.0")
        #expect(run.diagnostics.contains("is for Kubernetes >=1.20.0-0"))
    }
}
