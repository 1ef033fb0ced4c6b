import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("envfactory inference create")
struct InferenceCreateTests {
    private func spec(of name: String, in cluster: CommandCluster) async throws -> JSONValue? {
        try await cluster.cluster.admin.get(cluster.endpointKey(name))["spec"]
    }

    @Test("names a model server beside the cluster, on one port")
    func host() async throws {
        let cluster = try await CommandCluster()
        let run = await cluster.run(
            "inference create gemma --model gemma-4 --host host.k3d.internal:8080 --cidr 192.168.1.20/32")
        #expect(run == CommandLineRun("inferenceendpoint.envfactory.dev/gemma\n"))
        #expect(
            try await spec(of: "gemma", in: cluster) == [
                "mode": "Host", "model": ["name": "gemma-4"],
                "host": ["address": "host.k3d.internal", "port": 8080, "cidrs": ["192.168.1.20/32"]],
                "serving": ["serviceName": "llm-server", "port": 8080],
            ])
    }

    @Test("starts one in the cluster, with all that the options say")
    func inCluster() async throws {
        let cluster = try await CommandCluster()
        let digest = String(repeating: "ab", count: 32)
        let run = await cluster.run(
            "inference create gemma --mode Cluster --engine LlamaCpp --image engine:1 --model owner/gemma --file a.gguf "
                + "--source https://models.example/gemma --sha256 \(digest) --gpus 2 --vendor AMD --cache-size 40Gi "
                + "--service-name gemma --port 80")
        #expect(run == CommandLineRun("inferenceendpoint.envfactory.dev/gemma\n"))
        #expect(
            try await spec(of: "gemma", in: cluster) == [
                "mode": "Cluster",
                "model": [
                    "name": "owner/gemma", "file": "a.gguf", "source": "https://models.example/gemma",
                    "sha256": .string(digest),
                ],
                "engine": ["type": "LlamaCpp", "image": "engine:1", "port": 8080, "loadTimeout": "30m0s"],
                "gpu": ["vendor": "AMD", "count": 2], "cache": ["size": "40Gi"],
                "serving": ["serviceName": "gemma", "port": 80],
            ])
    }

    @Test("refuses everything that is wrong at once, and creates nothing")
    func violations() async throws {
        let cluster = try await CommandCluster()
        let run = await cluster.run(
            "inference create kube-x --mode Cluster --model gemma --source ftp://a --sha256 abc --cache-size=-1")
        #expect(
            run
                == CommandLineRun(
                    diagnostics: """
                        error: inference endpoint kube-x would be refused: correct this and try again
                          - spec.model.source is ftp://a: write hf://owner/repository, or an address that begins with https://, without a query or a password
                          - spec.model.sha256 is abc: write 64 lower-case hex digits
                          - spec.cache.size is -1: write an amount that is not negative, such as 4, 500m or 8Gi
                          - metadata.name must not be default nor begin with kube-: choose another name
                          - spec: modes Cluster and Auto need engine.image: name an image of the engine that your nodes can pull
                          - spec: engine LlamaCpp needs model.file: name the file of the weights at the source
                          - spec.model.name leads to hf://gemma: write hf://owner/repository in spec.model.source

                        """, code: .rejected))
        #expect(try await cluster.cluster.admin.listAll(.inferenceEndpoints).items.isEmpty)
    }

    @Test("says that a name cannot change ports where they are told apart")
    func ports() async throws {
        let run = try await CommandCluster().run("inference create a --model a --host a.example:8080 --port 80")
        #expect(run.code == .rejected)
        #expect(run.diagnostics.contains("  - spec.serving.port 80 is not spec.host.port 8080, and a name cannot "))
    }

    @Test("says what is missing or cannot be read before anything is sent")
    func usage() async throws {
        #expect(
            await TestMachine().run("inference create --cidr 10.0.0.0/8")
                == CommandLineRun(
                    diagnostics: """
                        error: no name is given: write one, such as 'envfactory inference create gemma'
                          - no model is given: write --model <name>, as clients shall ask for it
                          - --cidr says where the name of --host leads: add --host, or remove it
                        hint: see 'envfactory help inference create'

                        """, code: .usage))
        let run = await TestMachine().run("inference create a --mode host --vendor Nvidia --gpus 0 --port 0 --modle x")
        #expect(run.code == .usage)
        #expect(run.diagnostics.contains("there is no option --modle: did you mean --model?"))
        #expect(run.diagnostics.split(separator: "\n").count == 7)
    }

    @Test(
        "reads where the model server is",
        arguments: [
            ("host.k3d.internal", HostPlace(address: "host.k3d.internal", port: nil)),
            ("192.168.1.20:8080", HostPlace(address: "192.168.1.20", port: 8080)),
            ("fd00::20", HostPlace(address: "fd00::20", port: nil)),
            ("[fd00::20]:8080", HostPlace(address: "fd00::20", port: 8080)), ("http://a:1", nil), ("a:0", nil),
            ("a:65536", nil), ("", nil), ("a b", nil),
        ] as [(String, HostPlace?)])
    func places(text: String, place: HostPlace?) {
        do throws(InvalidValue) { #expect(try HostPlace(reading: text) == place) } catch { #expect(place == nil) }
    }

    @Test("reads a file, its own output too; options win over it")
    func file() async throws {
        var cluster = try await CommandCluster()
        try await cluster.endpoint("old", CommandCluster.hostSpec)
        try await cluster.endpointStatus("old", [.modelAnswers])
        cluster.machine.input = await cluster.run("inference get old -o yaml").output
        let run = await cluster.run("inference create new -f - --model other --service-name llm")
        #expect(run == CommandLineRun("inferenceendpoint.envfactory.dev/new\n"))
        #expect(
            try await spec(of: "new", in: cluster) == [
                "mode": "Host", "model": ["name": "other"], "host": ["address": "host.example", "port": 8080],
                "serving": ["serviceName": "llm", "port": 8080],
            ])
        #expect(try await cluster.cluster.admin.get(cluster.endpointKey("new"))["status"] == nil)
    }

    @Test(
        "refuses files that hold something else",
        arguments: [
            (
                "kind: Environment\napiVersion: envfactory.dev/v1alpha1",
                "error: /f holds Environment of envfactory.dev/"
            ),
            (
                "kind: InferenceEndpoint\napiVersion: envfactory.dev/v1alpha1\nmetadata: {name: a}\nspec: words",
                "error: inference endpoint a would be refused: correct this and try again\n  - spec is a string, not an"
            ),
            (
                "kind: InferenceEndpoint\napiVersion: envfactory.dev/v1alpha1\nmetadata: {name: a}\n"
                    + "spec: {model: words, hots: {}}",
                "error: inference endpoint a would be refused: correct this and try again\n  - spec.hots is not known"
            ),
        ])
    func wrongFile(content: String, message: String) async throws {
        var cluster = try await CommandCluster()
        cluster.machine.files = MemoryFiles(["/f": content, "/kubeconfig": TestMachine.kubeconfig])
        let run = await cluster.run("inference create -f /f --model gemma")
        #expect(run.diagnostics.hasPrefix(message))
        #expect(run.code == .rejected)
    }

    @Test("creates nothing in a dry run, and nothing over what is there")
    func nothing() async throws {
        let cluster = try await CommandCluster()
        let line = "inference create a --model a --host 10.0.0.1"
        #expect(
            await cluster.run("\(line) --dry-run")
                == CommandLineRun("inferenceendpoint.envfactory.dev/a would be created (dry run)\n"))
        #expect(try await cluster.cluster.admin.listAll(.inferenceEndpoints).items.isEmpty)
        try await cluster.endpoint("a")
        #expect(
            await cluster.run(line)
                == CommandLineRun(
                    diagnostics: """
                        error: inference endpoint a exists already in namespace team
                        hint: 'envfactory inference get a' shows it, 'envfactory inference delete a --wait' makes room for another

                        """, code: .alreadyExists))
    }

    @Test("waits until the model answers, and prints the object then")
    func waits() async throws {
        let cluster = try await CommandCluster()
        let run = try await cluster.run("inference create a --model a --host 10.0.0.1 --wait -o json -q") {
            try await cluster.endpointStatus("a", [.modelAnswers], ["url": "http://llm-server.inf-a.svc:18080/v1"])
        }
        #expect(run.code == .success && run.diagnostics.isEmpty)
        let json = try JSONValue(parsing: run.output)
        #expect(json[path: "status", "url"] == "http://llm-server.inf-a.svc:18080/v1")
    }
}
