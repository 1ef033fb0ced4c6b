import Kubernetes
import Testing

/// Files in memory.
private struct Files {
    var texts: [String: String] = [:]
    struct Denied: Error, CustomStringConvertible { var description: String { "permission denied" } }

    func read(_ path: String) throws -> [UInt8]? {
        if path == "/denied" { throw Denied() }
        return texts[path].map { Array($0.utf8) }
    }
}

@Suite("Kubeconfig files")
struct KubeconfigFilesTests {
    private func entry(_ name: String, token: String, current: String? = nil) -> String {
        """
        \(current.map { "current-context: \($0)" } ?? "kind: Config")
        clusters: [{name: \(name), cluster: {server: "https://\(token)", certificate-authority: ca}}]
        users: [{name: \(name), user: {token: \(token)}}]
        contexts: [{name: \(name), context: {cluster: \(name), user: \(name)}}]
        """
    }

    private func paths(_ explicit: String?, _ environment: [String: String]) -> [String] {
        KubeconfigFiles(explicit: explicit) { environment[$0] }.paths
    }

    @Test("are the one named, else those of KUBECONFIG, else the one at home")
    func paths() {
        #expect(paths("/x", ["KUBECONFIG": "/a", "HOME": "/h"]) == ["/x"])
        #expect(paths(nil, ["KUBECONFIG": "/a::/b:/a:", "HOME": "/h"]) == ["/a", "/b"])
        #expect(paths("", ["KUBECONFIG": "", "HOME": "/h"]) == ["/h/.kube/config"])
        #expect(paths(nil, [:]) == [])
    }

    @Test("merge so that the first file wins whole entries, and the first current-context counts")
    func merges() throws {
        let files = Files(texts: [
            "/one/a": entry("x", token: "first"), "/two/b": entry("x", token: "second", current: "w"),
            "/two/c": entry("w", token: "third", current: "x"),
        ])
        let merged = try KubeconfigFiles(paths: ["/one/a", "/missing", "/two/b", "/two/c"], areRequired: false)
            .load(files.read)
        #expect(merged.contextNames == ["x", "w"])
        #expect(merged.currentContext == "w")
        let settings = try ConnectionSettings(merged, context: "x")
        #expect(settings.server == "https://first")
        #expect(settings.credential == .token(Redacted("first")))
        #expect(settings.certificateAuthority == .file("/one/ca"))
        #expect(try ConnectionSettings(merged).certificateAuthority == .file("/two/ca"))
    }

    @Test("may be missing in a list, not when named; and must be readable")
    func missing() throws {
        let files = Files()
        #expect(try KubeconfigFiles(paths: ["/no"], areRequired: false).load(files.read) == Kubeconfig())
        let named = #expect(throws: KubernetesError.self) {
            try KubeconfigFiles(paths: ["/no"], areRequired: true).load(files.read)
        }
        #expect(named?.message == "there is no file /no: name an existing kubeconfig")
        let denied = #expect(throws: KubernetesError.self) {
            try KubeconfigFiles(paths: ["/denied"], areRequired: false).load(files.read)
        }
        #expect(denied?.message == "cannot read /denied: permission denied")
    }

    @Test("lie in a directory, in the root or here")
    func directories() throws {
        let files = Files(texts: ["/a": entry("x", token: "t"), "b": entry("x", token: "t")])
        for (path, authority) in [("/a", "/ca"), ("b", "./ca")] {
            let merged = try KubeconfigFiles(paths: [path], areRequired: true).load(files.read)
            #expect(try ConnectionSettings(merged, context: "x").certificateAuthority == .file(authority))
        }
    }
}

@Suite("Connection settings")
struct ConnectionSettingsTests {
    private static let directory = "/var/run/secrets/kubernetes.io/serviceaccount"
    private let pod = ["KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "443"]
    private let mounted = Files(texts: ["\(directory)/token": "t", "\(directory)/namespace": "team-a\n"])

    private func resolve(
        _ environment: [String: String],
        _ files: Files,
        kubeconfig: String? = nil,
        context: String? = nil
    ) throws -> ConnectionSettings {
        try ConnectionSettings.resolve(
            kubeconfig: kubeconfig, context: context, environment: { environment[$0] }, files.read)
    }

    @Test("in a pod are those of its service account")
    func inPod() throws {
        let settings = try resolve(pod, mounted)
        #expect(settings.contextName == nil)
        #expect(settings.server == "https://10.96.0.1:443")
        #expect(settings.credential == .tokenFile("\(Self.directory)/token"))
        #expect(settings.certificateAuthority == .file("\(Self.directory)/ca.crt"))
        #expect(settings.namespace == "team-a")
    }

    @Test("put an IPv6 address in brackets")
    func iPv6() throws {
        var environment = pod
        environment["KUBERNETES_SERVICE_HOST"] = "fd00::1"
        #expect(try resolve(environment, mounted).server == "https://[fd00::1]:443")
    }

    @Test("of a kubeconfig come before those of the pod")
    func kubeconfigFirst() throws {
        var files = mounted
        files.texts["/h/.kube/config"] = SampleKubeconfig.text()
        var environment = pod
        environment["HOME"] = "/h"
        #expect(try resolve(environment, files).contextName == "here")
        files.texts["/h/.kube/config"] = ""
        #expect(try resolve(environment, files).contextName == nil)
        // Whoever names a context or a file means a kubeconfig.
        #expect(throws: KubernetesError.self) { try resolve(environment, files, context: "x") }
        #expect(throws: KubernetesError.self) { try resolve(environment, files, kubeconfig: "/h/.kube/config") }
    }

    @Test("that nothing gives are an instruction")
    func nothing() throws {
        let cases: [([String: String], Files, String)] = [
            (["HOME": "/h"], Files(), "set KUBECONFIG, pass --kubeconfig, or run in a pod (looked at /h/.kube/config)"),
            ([:], Files(), "HOME is not set"), (pod, Files(), "automountServiceAccountToken"),
            (["KUBERNETES_SERVICE_HOST": "h", "KUBERNETES_SERVICE_PORT": "x"], mounted, "this is no pod"),
        ]
        for (environment, files, expected) in cases {
            let error = #expect(throws: KubernetesError.self) { try resolve(environment, files) }
            #expect(error?.code == .configuration)
            #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
        }
    }
}
