import Formats
import Kubernetes
import Testing

@testable import EnvfactoryCommands

@Suite("The kubeconfig of an environment")
struct EnvironmentKubeconfigTests {
    private func kubeconfig(cluster: String = "", user: String = "token: t", server: String = "https://h:6443")
        -> [UInt8]
    {
        Array(
            """
            apiVersion: v1
            kind: Config
            current-context: c
            contexts: [{name: c, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "\(server)"\(cluster.isEmpty ? "" : ", \(cluster)")}}]
            users: [{name: u, user: {\(user)}}]
            """.utf8)
    }

    @Test(
        "is handed on where it holds an address and inline credentials",
        arguments: [
            "token: t", "client-certificate-data: YQ==, client-key-data: YQ==", "username: u, password: p",
        ])
    func harmless(user: String) throws {
        try EnvironmentKubeconfig.check(kubeconfig(cluster: "certificate-authority-data: YQ==", user: user), "it")
    }

    @Test(
        "is not where it could do something else to who uses it",
        arguments: [
            (
                "", "exec: {apiVersion: client.authentication.k8s.io/v1, command: rm, interactiveMode: Never}",
                "https://h", "runs a program"
            ),
            ("", "tokenFile: /etc/shadow", "https://h", "names a file of this machine"),
            ("", "client-certificate: /a, client-key: /b", "https://h", "names a file of this machine"),
            ("certificate-authority: /a", "token: t", "https://h", "names a file of this machine"),
            ("insecure-skip-tls-verify: true", "token: t", "https://h", "trusts any server"),
            ("proxy-url: http://p", "token: t", "https://h", "goes through a proxy"),
            ("", "token: t, as: admin", "https://h", "acts as somebody else"),
            ("", "token: t", "http://h", "does not use https"),
        ])
    func harmful(cluster: String, user: String, server: String, reason: String) {
        let failure = #expect(throws: CommandFailure.self) {
            try EnvironmentKubeconfig.check(kubeconfig(cluster: cluster, user: user, server: server), "it")
        }
        #expect(failure?.message == "it is not handed on, since it \(reason)")
    }
}
