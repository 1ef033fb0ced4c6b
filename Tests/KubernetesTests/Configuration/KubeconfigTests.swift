import Formats
import Kubernetes
import Testing

/// A kubeconfig of one context, with what a test changes.
enum SampleKubeconfig {
    static func text(cluster: String = "", user: String = "token: hunter2", context: String = "") -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: here
        clusters:
        - name: c
          cluster:
            server: https://10.0.0.1:6443
        \(indented(cluster))
        users:
        - name: u
          user:
        \(indented(user))
        contexts:
        - name: here
          context:
            cluster: c
            user: u
        \(indented(context))
        """
    }

    private static func indented(_ text: String) -> String {
        text.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
    }

    static func settings(_ text: String) throws -> ConnectionSettings {
        let kubeconfig = try Kubeconfig(parsing: Array(text.utf8), file: "/k/config", directory: "/k")
        return try ConnectionSettings(kubeconfig) { path in path == "/k/ca.crt" ? Array("CA".utf8) : nil }
    }
}

@Suite("Kubeconfig")
struct KubeconfigTests {
    private func settings(cluster: String = "", user: String = "token: hunter2", context: String = "") throws
        -> ConnectionSettings
    {
        try SampleKubeconfig.settings(SampleKubeconfig.text(cluster: cluster, user: user, context: context))
    }

    @Test("gives the current context's server, credential and namespace")
    func plain() throws {
        let settings = try settings(context: "namespace: team-a")
        #expect(settings.contextName == "here")
        #expect(settings.server == "https://10.0.0.1:6443")
        #expect(settings.namespace == "team-a")
        #expect(settings.credential == .token(Redacted("hunter2")))
        #expect(settings.certificateAuthority == nil)
        #expect(!settings.isInsecure)
        #expect(try self.settings().namespace == "default")
    }

    @Test("resolves relative paths against the file's directory, and takes bytes before files")
    func material() throws {
        let files = try settings(
            cluster: "certificate-authority: ca.crt", user: "client-certificate: pki/a.crt\nclient-key: /abs/a.key")
        #expect(files.certificateAuthority == .file("/k/ca.crt"))
        #expect(
            files.clientCertificate == .init(certificate: .file("/k/pki/a.crt"), key: .file("/abs/a.key")))
        #expect(files.credential == .none)
        let bytes = try settings(
            cluster: "certificate-authority: ca.crt\ncertificate-authority-data: Q0E=",
            user: "client-certificate-data: Y2VydA==\nclient-key-data: a2V5\ntoken: hunter2")
        #expect(bytes.certificateAuthority == .bytes(Redacted(Array("CA".utf8))))
        #expect(bytes.clientCertificate?.key == .bytes(Redacted(Array("key".utf8))))
        #expect(bytes.credential == .token(Redacted("hunter2")))
    }

    @Test("a token's file wins over the token, since it is renewed")
    func tokens() throws {
        #expect(try settings(user: "token: hunter2\ntokenFile: t").credential == .tokenFile("/k/t"))
        #expect(
            try settings(user: "username: u\npassword: hunter2").credential
                == .basic(username: "u", password: Redacted("hunter2")))
        #expect(
            try settings(user: "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: x}\ntoken: hunter2")
                .credential == .token(Redacted("hunter2")))
    }

    @Test("takes the cluster's other fields")
    func cluster() throws {
        let settings = try settings(
            cluster: "tls-server-name: sni\nproxy-url: http://p:hunter2@proxy:3128\ninsecure-skip-tls-verify: true")
        #expect(settings.tlsServerName == "sni")
        #expect(settings.proxyURL == Redacted("http://p:hunter2@proxy:3128"))
        #expect(settings.isInsecure)
        var dumped = "\(settings)"
        dump(settings, to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }

    @Test("reads an exec plugin, a relative command beside the file, a bare one by PATH")
    func exec() throws {
        let plugin = """
            exec:
              apiVersion: client.authentication.k8s.io/v1
              command: ./bin/login
              args: [get-token, hunter2]
              env: [{name: A, value: hunter2}, {name: B}]
              installHint: apt install login
              interactiveMode: IfAvailable
            """
        guard case .exec(let read) = try settings(user: plugin).credential else {
            Issue.record("no plugin")
            return
        }
        #expect(read.command == "/k/./bin/login")
        #expect(read.arguments == Redacted(["get-token", "hunter2"]))
        #expect(read.environment.map(\.name) == ["A", "B"])
        #expect(read.environment.map(\.value.secret) == ["hunter2", ""])
        #expect(read.installHint == "apt install login")
        #expect(read.interactiveMode == .ifAvailable)
        #expect(read.cluster == nil)
        #expect(!"\(read)".contains("hunter2"))
        let bare = "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: login}"
        guard case .exec(let found) = try settings(user: bare).credential else {
            Issue.record("no plugin")
            return
        }
        #expect(found.command == "login")
    }

    @Test("tells a plugin about the cluster where it wants to know")
    func clusterInfo() throws {
        let cluster = """
            certificate-authority: ca.crt
            tls-server-name: sni
            disable-compression: true
            extensions:
            - name: other
              extension: {a: 1}
            - name: client.authentication.k8s.io/exec
              extension: {audience: x}
            """
        let user =
            "exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Never, provideClusterInfo: true}"
        guard case .exec(let plugin) = try settings(cluster: cluster, user: user).credential else {
            Issue.record("no plugin")
            return
        }
        #expect(
            plugin.cluster == [
                "server": "https://10.0.0.1:6443", "tls-server-name": "sni", "certificate-authority-data": "Q0E=",
                "disable-compression": true, "config": ["audience": "x"],
            ])
    }

    @Test("reads whom to act for")
    func impersonation() throws {
        let settings = try settings(
            user: "token: t\nas: jane\nas-uid: '7'\nas-groups: [a, b]\nas-user-extra: {scopes: [x, z]}")
        #expect(
            settings.impersonation
                == .init(
                    user: "jane", uid: "7", groups: ["a", "b"], extra: [.init(key: "scopes", values: ["x", "z"])]))
    }

    @Test("over plain HTTP no credentials are read, as kubectl does")
    func plainHTTP() throws {
        let text = SampleKubeconfig.text(user: "token: hunter2\nas: jane")
            .replacing("https://10.0.0.1:6443", with: "http://127.0.0.1:8080/base/")
        let settings = try SampleKubeconfig.settings(text)
        #expect(settings.server == "http://127.0.0.1:8080/base")
        #expect(settings.credential == .none)
        #expect(settings.impersonation == nil)
    }

    @Test("is JSON as well, and says nothing when it is empty", arguments: ["", "---\n", "null", "# nothing\n", "{}"])
    func empty(_ text: String) throws {
        let empty = try Kubeconfig(parsing: Array(text.utf8), file: "f")
        #expect(empty.contextNames.isEmpty)
        #expect(empty == Kubeconfig())
        let json = #"{"apiVersion":"v1","kind":"Config","contexts":[{"name":"a","context":{"cluster":"c"}}]}"#
        #expect(try Kubeconfig(parsing: Array(json.utf8), file: "f").contextNames == ["a"])
    }
}

@Suite("Errors of a kubeconfig")
struct KubeconfigErrorTests {
    private func complaint(_ text: String) -> String? {
        do {
            _ = try SampleKubeconfig.settings(text)
            return nil
        } catch {
            guard let error = error as? KubernetesError, error.code == .configuration else { return nil }
            return error.message
        }
    }

    @Test(
        "name the file, the field and what to do, and never a value",
        arguments: [
            ("", "token: 12345", "/k/config: users[0].user.token must be a text: put it in quotes"),
            ("", "token: [hunter2]", "users[0].user.token must be a text"),
            ("", "hunter2", "users[0].user must be an object of fields"),
            (
                "insecure-skip-tls-verify: 'true'", "{}",
                "clusters[0].cluster.insecure-skip-tls-verify must be true or false"
            ),
            (
                "certificate-authority-data: hunter2!", "{}",
                "clusters[0].cluster.certificate-authority-data is not base64"
            ),
            ("certificate-authority: a\ninsecure-skip-tls-verify: true", "{}", "cluster \"c\" trusts"),
            ("", "client-certificate: a", "user \"u\" needs both client-certificate and client-key"),
            ("", "client-key-data: YQ==", "user \"u\" needs both client-certificate and client-key"),
            ("", "token: hunter2\nusername: a\npassword: hunter2", "user \"u\" has a token and a password: remove one"),
            ("", "password: hunter2", "user \"u\" has a password without a username"),
            ("", "auth-provider: {name: gcp, config: {access-token: hunter2}}", "use the provider's exec plugin"),
            ("", "exec: {apiVersion: client.authentication.k8s.io/v1}", "users[0].user.exec.command must name"),
            ("", "exec: {command: a}", "users[0].user.exec.apiVersion must be"),
            ("", "exec: {command: a, apiVersion: client.authentication.k8s.io/v1alpha1}", "exec.apiVersion must be"),
            ("", "exec: {command: a, apiVersion: client.authentication.k8s.io/v1}", "exec.interactiveMode must be"),
            (
                "", "exec: {command: a, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Ask}",
                "exec.interactiveMode must be"
            ),
            (
                "", "exec: {command: a, apiVersion: client.authentication.k8s.io/v1beta1, env: [{value: hunter2}]}",
                "users[0].user.exec.env[0].name must not be empty"
            ),
            (
                "", "exec: {command: a, apiVersion: client.authentication.k8s.io/v1beta1, args: [1]}",
                "args must be a list of texts"
            ),
            ("", "as-groups: [system:masters]", "users[0].user.as must name a user"),
            ("", "token: 'hunter2\nx", "/k/config: line "),
        ])
    func fields(_ cluster: String, _ user: String, _ expected: String) throws {
        let message = try #require(complaint(SampleKubeconfig.text(cluster: cluster, user: user)))
        #expect(message.contains(expected), "\(message)")
        #expect(!message.contains("hunter2"), "\(message)")
        #expect(message.contains("/k/config"))
    }

    @Test(
        "of a server's URL do not show it, since it may hold a password",
        arguments: [
            "10.0.0.1:6443", "https://", "ftp://a", "https://user:hunter2@a", "https://a?b=hunter2", "https://a#b",
            "https:///path", "https://a b",
        ])
    func servers(_ server: String) throws {
        let text = SampleKubeconfig.text().replacing("https://10.0.0.1:6443", with: server)
        let message = try #require(complaint(text))
        #expect(message.contains("/k/config: the server of cluster \"c\" must"))
        #expect(!message.contains("hunter2"))
        #expect(
            try #require(complaint(SampleKubeconfig.text().replacing("server:", with: "x:"))).contains(
                "must be a URL"))
    }

    @Test("name what a context refers to and what there is")
    func references() throws {
        let base = SampleKubeconfig.text()
        let cases: [(String, String, String)] = [
            (
                "current-context: here", "current-context: there",
                "no context is named \"there\": name another (there are \"here\")"
            ),
            ("current-context: here", "", "no context is current: name one with --context"),
            ("cluster: c\n", "cluster: d\n", "names the cluster \"d\", which no kubeconfig has"),
            ("user: u\n", "user: v\n", "names the user \"v\", which no kubeconfig has"),
            ("kind: Config", "kind: Pod", "this is no kubeconfig"),
            ("contexts:", "contexts:\n- {name: here}", "contexts[1].name is \"here\" a second time"),
            ("contexts:", "contexts:\n- 7", "contexts[0] must be an object of fields"),
        ]
        for (old, new, expected) in cases {
            let message = try #require(complaint(base.replacing(old, with: new, maxReplacements: 1)))
            #expect(message.contains(expected), "\(message)")
        }
        #expect(try #require(complaint("[1]")).contains("/k/config: it must be an object of fields"))
        #expect(try #require(complaint("hunter2")).contains("hunter2") == false)
    }

    @Test("a context without a user speaks for nobody")
    func noUser() throws {
        let text = SampleKubeconfig.text().replacing("    user: u\n", with: "")
        #expect(try SampleKubeconfig.settings(text).credential == .none)
    }
}
