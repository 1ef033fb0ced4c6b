import EnvironmentAPI
import Formats
import HTTPServer
import Kubernetes
import KubernetesSimulator
import Synchronization
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("envfactory connect", .timeLimit(.minutes(20)))
struct EnvironmentConnectTests {
    @Test("runs a command in a virtual cluster that a ClusterIP stands for, and ends as it ends")
    func forwarded() async throws {
        try await ForwardStage.run { stage in
            let seen = Mutex<(version: String, kubeconfig: String, host: [String: String])>(("", "", [:]))
            stage.programs.whenRun { program in
                #expect(program.words == ["kubectl", "get", "--help"])
                let path = try #require(program.variables["KUBECONFIG"])
                #expect(path.hasPrefix("/tmp/envfactory-"))
                let version = try await stage.version(by: path)
                seen.withLock {
                    $0 = (version, stage.files[path] ?? "", program.variables)
                }
                return ExitCode(rawValue: 3)
            }
            let run = await stage.run("connect a --context envfactory-simulated -- kubectl get --help")
            #expect(run == CommandLineRun(code: ExitCode(rawValue: 3)))
            let (version, kubeconfig, host) = seen.withLock { $0 }
            // That of virtual clusters, not the host's.
            #expect(version == "v1.36.2")
            #expect(kubeconfig.contains("server: https://127.0.0.1:"))
            #expect(kubeconfig.contains("tls-server-name: vc.env-a\n"))
            #expect(!kubeconfig.contains("insecure"))
            #expect(host["ENVFACTORY_KUBECONFIG"] == "/kubeconfig")
            #expect(host["ENVFACTORY_CONTEXT"] == "envfactory-simulated")
            #expect(stage.files.paths == ["/kubeconfig"])
        }
    }

    @Test("runs the user's shell where no command is given, on the port that was asked for")
    func shell() async throws {
        try await ForwardStage.run { stage in
            // Free again when it is looked for.
            let free = try StreamServer(address: "127.0.0.1", port: 0, connections: 1).port
            let port = Mutex("")
            stage.programs.whenRun { program in
                #expect(program.words == ["/bin/mysh"])
                let text = stage.files[program.variables["KUBECONFIG"] ?? ""] ?? ""
                port.withLock { $0 = text.contains("https://127.0.0.1:\(free)\n") ? "as asked" : text }
                return .success
            }
            let run = await stage.run("connect a --port \(free)")
            #expect(run == CommandLineRun(diagnostics: "/bin/mysh in environment a; it ends with 'exit'\n"))
            #expect(port.withLock { $0 } == "as asked")
        }
    }

    @Test("the kubeconfig is removed also where the command cannot be run")
    func removed() async throws {
        try await ForwardStage.run { stage in
            stage.programs.whenRun { _ in throw CommandFailure(ExitCode(rawValue: 127), "cannot run x") }
            let run = await stage.run("connect a -- x")
            #expect(run.code.rawValue == 127)
            #expect(stage.files.paths == ["/kubeconfig"])
        }
    }

    @Test("names the exposure to choose where the class forwards no port")
    func inside() async throws {
        try await ForwardStage.run(portForward: false) { stage in
            let run = await stage.run("connect a")
            #expect(run.code == .unreachable)
            #expect(
                run.diagnostics == """
                    error: environment a is reached from inside the host cluster alone: its class virtual exposes a \
                    ClusterIP, and forwards no port
                    hint: use a class whose virtualCluster.exposure is NodePort, LoadBalancer or Ingress, or one that \
                    sets exposure.clusterIP.portForward
                    hint: in a pod of the host cluster, 'envfactory kubeconfig a' works as it is

                    """)
        }
    }

    @Test("who may not forward is told so before anything is run")
    func forbidden() async throws {
        try await ForwardStage.run { stage in
            let bob = Identity(user: "bob", groups: [])
            try await stage.grant(bob, "environments", "get", group: Words.group, in: "team")
            try await stage.grant(bob, "secrets", "get", in: ForwardStage.namespace)
            try await stage.grant(bob, "pods", "list", in: ForwardStage.namespace)
            stage.files.replace("/kubeconfig", with: Array(try stage.kubeconfig(for: bob).utf8))
            stage.programs.whenRun { _ in
                Issue.record("it was run")
                return .success
            }
            let run = await stage.run("connect a -- true")
            #expect(run.code == .forbidden)
            #expect(run.diagnostics.contains("cannot get resource \"pods/portforward\""))
            #expect(run.diagnostics.contains("NodePort, LoadBalancer or Ingress"))
        }
    }

    @Test("the static role is enough to forward, for servers of today and of 1.20", arguments: ["v1.20.2", "v1.36.2"])
    func role(version: String) async throws {
        try await ForwardStage.run(version: version) { stage in
            let carol = Identity(user: "carol", groups: [])
            for document in Manifests.documents()
            where document[path: "metadata", "name"]?.string == Words.Role.portForward.rawValue {
                _ = try await stage.admin.create(KubernetesObject(document), as: .clusterRoles)
            }
            var binding = KubernetesObject(.roleBindings, namespace: ForwardStage.namespace, name: "forward")
            binding["roleRef"] = [
                "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
                "name": .string(Words.Role.portForward.rawValue),
            ]
            binding["subjects"] = [["apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "carol"]]
            _ = try await stage.admin.create(binding, as: .roleBindings)
            try await stage.grant(carol, "environments", "get", group: Words.group, in: "team")
            try await stage.grant(carol, "secrets", "get", in: ForwardStage.namespace)
            stage.files.replace("/kubeconfig", with: Array(try stage.kubeconfig(for: carol).utf8))
            #expect(await stage.run("connect a -- true") == CommandLineRun())
        }
    }

    @Test("an environment that is reached by its own address is used as it is")
    func direct() async throws {
        var cluster = try await CommandCluster()
        try await cluster.readyEnvironment("b")
        let programs = TestPrograms()
        let files = try #require(cluster.machine.files as? MemoryFiles)
        programs.whenRun { program in
            let text = files[program.variables["KUBECONFIG"] ?? ""] ?? ""
            #expect(text.contains("server: https://virtual.example:6443"))
            #expect(text.contains("token-of-b"))
            return ExitCode(rawValue: 9)
        }
        cluster.machine.programs = programs
        #expect(await cluster.run("connect b -- true") == CommandLineRun(code: ExitCode(rawValue: 9)))
        #expect(files.paths == ["/kubeconfig"])
        try await cluster.environment("c")
        #expect(await cluster.run("connect c -- true").code == .notFound)
    }
}

extension ForwardStage {
    /// Gives a user one verb on a resource, in one namespace.
    func grant(
        _ identity: Identity,
        _ resource: String,
        _ verb: String,
        group: String = "",
        in namespace: String
    ) async throws {
        let rbac = "rbac.authorization.k8s.io"
        let name = "\(identity.user)-\(resource)"
        var role = KubernetesObject(.clusterRoles, name: name)
        role["rules"] = [
            [
                "apiGroups": [.string(group)], "resources": [.string(resource)], "verbs": [.string(verb)],
            ]
        ]
        _ = try await admin.create(role, as: .clusterRoles)
        var binding = KubernetesObject(.roleBindings, namespace: namespace, name: name)
        binding["roleRef"] = ["apiGroup": .string(rbac), "kind": "ClusterRole", "name": .string(name)]
        binding["subjects"] = [["apiGroup": .string(rbac), "kind": "User", "name": .string(identity.user)]]
        _ = try await admin.create(binding, as: .roleBindings)
    }
}

extension APIResource {
    fileprivate static let clusterRoles = APIResource(
        "rbac.authorization.k8s.io", "v1", "clusterroles", kind: "ClusterRole", isNamespaced: false)
}
