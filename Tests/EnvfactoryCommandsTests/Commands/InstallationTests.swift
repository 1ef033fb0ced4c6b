import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("envfactory install and uninstall")
struct InstallationTests {
    private func fresh() async throws -> CommandCluster { try await CommandCluster(installed: false) }

    private func lines(_ outcome: String, deployment: Bool = true) throws -> String {
        let options = Manifests.Options(dialect: .legacy, includesDeployment: deployment)
        return try InstalledObject.all(Manifests.documents(options)).map { "\($0.reference) \(outcome)\n" }.joined()
    }

    @Test("says of every object whether it changed; a second run changes nothing")
    func install() async throws {
        let cluster = try await fresh()
        #expect(await cluster.run("install --legacy yes") == CommandLineRun(try lines("created")))
        let again = await cluster.cluster.expectResourceVersionUnchanged { await cluster.run("install --legacy yes") }
        #expect(again == CommandLineRun(try lines("unchanged")))
        #expect(await cluster.run("list -A").code == .success)
    }

    @Test("applies in the order in which the objects need each other")
    func order() throws {
        let kinds = try InstalledObject.all(Manifests.documents()).map(\.object.kind)
        #expect(kinds.first == "Namespace")
        #expect(kinds.last == "Deployment")
        #expect(kinds.lastIndex(of: "CustomResourceDefinition").map { $0 < kinds.count - 1 } == true)
    }

    @Test("chooses the manifests by the server's version, and warns of what an old one lacks")
    func legacy() async throws {
        var machine = TestMachine()
        let version: JSONValue = ["major": "1", "minor": "20+", "gitVersion": "v1.20.2"]
        machine.transport = ScriptedTransport([
            .expect(.get, "/version", .json(200, version)), .expect(.get, "/api", .json(200, ["versions": ["v1"]])),
            .expect(.get, "/apis", .json(200, ["groups": []])), .expect(.get, "/api/v1", .json(200, ["resources": []])),
        ])
        let run = await machine.run("install --print")
        #expect(run.diagnostics.hasPrefix("warning: the server is v1.20.2: installed without admission policies"))
        #expect(try YAML.documents(in: run.output) == Manifests.documents(Manifests.Options(dialect: .legacy)))
        let current = await TestMachine().run("install --print --legacy no")
        #expect(current.output.contains("kind: ValidatingAdmissionPolicy\n"))
    }

    @Test("prints what it would apply, with the options' values, and asks no server")
    func print() async throws {
        let run = await TestMachine().run("install --print --legacy no --image r.example/e:1 --system-namespace tools")
        let documents = try YAML.documents(in: Array(run.output.utf8))
        #expect(
            documents == Manifests.documents(Manifests.Options(namespace: "tools", image: "r.example/e:1")))
        let digest = await TestMachine().run("install --print --legacy no --image r.example/e@sha256:0a")
        #expect(digest.output.contains("image: r.example/e@sha256:0a\n"))
        let without = await TestMachine().run("install --print --legacy no --without-operator")
        #expect(!without.output.contains("kind: Deployment"))
    }

    @Test("takes the chart's values, over which the flags win, and refuses what the chart does not know")
    func values() async throws {
        var machine = TestMachine()
        machine.files = MemoryFiles(["/v.yaml": "replicas: 2\nimage: {tag: a}\n"])
        let run = await machine.run("install --print --legacy no -f /v.yaml --set image.tag=b --set crds.install=false")
        let documents = try YAML.documents(in: run.output)
        let deployment = try #require(documents.first { $0["kind"] == "Deployment" })
        #expect(deployment[path: "spec", "replicas"] == 2)
        #expect(run.output.contains("image: envfactory:b\n"))
        #expect(documents.contains { $0["kind"] == "PodDisruptionBudget" })
        #expect(!run.output.contains("kind: CustomResourceDefinition"))
        let flag = await machine.run("install --print --legacy no --set image.tag=b --image other:1@sha256:2")
        #expect(flag.output.contains("image: other:1@sha256:2\n"))
        let unknown = await machine.run("install --print --legacy no --set replica=2")
        #expect(unknown.code == .rejected && unknown.output.isEmpty)
        #expect(unknown.diagnostics.contains("the values: replica is not known here"))
    }

    @Test(
        "takes an image's name apart",
        arguments: [
            ("e", "e", "latest", ""), ("r.example:5000/e", "r.example:5000/e", "latest", ""),
            ("r.example:5000/a/e:1", "r.example:5000/a/e", "1", ""), ("e@sha256:0", "e", "", "sha256:0"),
            ("e:1@sha256:0", "e", "1", "sha256:0"), ("", "", "latest", ""), ("@", "", "latest", ""), (":", "", "", ""),
        ])
    func images(text: String, repository: String, tag: String, digest: String) {
        let image = ImageReference(text)
        #expect(image.repository == repository && image.tag == tag && image.digest == digest)
    }

    @Test("changes nothing in a dry run")
    func dryRun() async throws {
        let cluster = try await fresh()
        let run = await cluster.cluster.expectResourceVersionUnchanged {
            await cluster.run("install --legacy yes --dry-run")
        }
        #expect(run == CommandLineRun(try lines("created (dry run)")))
        _ = await cluster.run("install --legacy yes")
        let again = await cluster.run("install --legacy yes --dry-run --image other:2")
        #expect(again.output.hasSuffix("deployment.apps/envfactory changed (dry run)\n"))
    }

    @Test("takes nobody's fields over unless told to")
    func conflict() async throws {
        let cluster = try await fresh()
        _ = await cluster.run("install --legacy yes -q")
        let key = ObjectKey(.deployments, namespace: Words.Installation.namespace, name: Words.Installation.deployment)
        _ = try await cluster.cluster.admin.patch(key, .merge, ["spec": ["replicas": 2]])
        let run = await cluster.run("install --legacy yes")
        #expect(run.code == .rejected)
        #expect(run.diagnostics.hasSuffix("hint: --force takes these fields over\n"))
        #expect(try await cluster.cluster.admin.get(key).json[path: "spec", "replicas"] == 2)
        #expect(await cluster.run("install --legacy yes --force -q") == CommandLineRun())
        #expect(try await cluster.cluster.admin.get(key).json[path: "spec", "replicas"] == 1)
    }

    /// Runs the command while time goes on, until the installation's namespace is gone.
    private func uninstall(_ cluster: CommandCluster, _ line: String) async throws -> CommandLineRun {
        async let running = cluster.run(line)
        try await cluster.cluster.eventually("the namespace is gone") {
            cluster.cluster.time.advance(by: .milliseconds(100))
            return try await cluster.cluster.admin.find(ObjectKey(.namespaces, name: "envfactory-system")) == nil
        }
        cluster.cluster.time.advance(by: .seconds(1))
        return await running
    }

    @Test("uninstall removes all of it, waits until it is gone, and leaves the cluster as it was")
    func uninstall() async throws {
        let cluster = try await fresh()
        let before = try await cluster.everything()
        _ = await cluster.run("install --legacy yes")
        let run = try await uninstall(cluster, "uninstall")
        #expect(run.code == .success)
        #expect(run.output.split(separator: "\n").count == (try lines("").split(separator: "\n").count))
        #expect(try await cluster.everything() == before)
        #expect(await cluster.run("uninstall") == CommandLineRun())
    }

    @Test("waits for no definition that it was not to apply")
    func withoutDefinitions() async throws {
        let cluster = try await fresh()
        let run = await cluster.run("install --legacy yes --set crds.install=false")
        #expect(run.code == .success && !run.output.contains("customresourcedefinition"))
    }

    @Test("uninstall removes also what values added")
    func uninstallAdditions() async throws {
        let cluster = try await fresh()
        let before = try await cluster.everything()
        _ = await cluster.run("install --legacy yes --set placementRole.install=true")
        let run = try await uninstall(cluster, "uninstall")
        #expect(run.output.contains("clusterrole.rbac.authorization.k8s.io/envfactory-placement deleted\n"))
        #expect(try await cluster.everything() == before)
    }

    @Test("never deletes a definition while there are environments")
    func environments() async throws {
        let cluster = try await fresh()
        _ = await cluster.run("install --legacy yes")
        try await cluster.environmentClass("review")
        try await cluster.environment("a")
        #expect(
            await cluster.run("uninstall")
                == CommandLineRun(
                    diagnostics: """
                        error: this cluster still has 1 environment and 1 class: uninstalling would end or forget them
                        hint: delete them first, so that the operator can take environments down with proof
                        hint: --yes uninstalls all the same, and keeps the definitions while there are environments or endpoints

                        """, code: .rejected))
        let run = try await uninstall(cluster, "uninstall --yes -q")
        #expect(run.code == .success)
        #expect(run.diagnostics.contains("environments.envfactory.dev is kept, since there are environments or"))
        #expect(try await cluster.cluster.admin.find(cluster.key("a")) != nil)
    }

    @Test("leaves what is not ours")
    func foreign() async throws {
        let cluster = try await fresh()
        let roles = APIResource(
            "rbac.authorization.k8s.io", "v1", "clusterroles", kind: "ClusterRole", isNamespaced: false)
        let role = KubernetesObject(roles, name: Words.Role.core.rawValue)
        _ = try await cluster.cluster.admin.create(role, as: roles)
        let run = await cluster.run("uninstall")
        #expect(
            run
                == CommandLineRun(
                    diagnostics: "warning: clusterrole.rbac.authorization.k8s.io/envfactory-core is not ours: "
                        + "it is left as it is\n"))
        #expect(try await cluster.cluster.admin.find(ObjectKey(roles, name: role.name)) != nil)
    }

    @Test("generate writes every file of Manifests/ and of the chart")
    func generate() async throws {
        var machine = TestMachine()
        let files = MemoryFiles()
        machine.files = files
        machine.workingDirectory = "/checkout"
        #expect(await machine.run("generate") == CommandLineRun())
        let generated = Manifests.files() + OperatorChart.filesFromRoot()
        #expect(files.paths == generated.map { "/checkout/\($0.path)" }.sorted())
    }
}

extension SimulatedCluster {
    /// Requires that nothing in the cluster changes meanwhile.
    fileprivate func expectResourceVersionUnchanged(
        sourceLocation: SourceLocation = #_sourceLocation,
        while body: () async -> CommandLineRun
    ) async -> CommandLineRun {
        let before = server.resourceVersion
        let run = await body()
        #expect(server.resourceVersion == before, sourceLocation: sourceLocation)
        return run
    }
}
