import Formats
import HTTPModel
import Kubernetes
import TestSupport
import Testing

@Suite("Whatever a server or a file says")
struct KubernetesFuzzTests {
    @Test("Fuzz: no kubeconfig traps, and no message shows a credential")
    func fuzzKubeconfig() throws {
        let exec = """
            exec:
              apiVersion: client.authentication.k8s.io/v1beta1
              command: ./x
              env: [{name: A, value: hunter2}]
            """
        let corpus = [
            SampleKubeconfig.text(), SampleKubeconfig.text(user: exec, context: "namespace: n"),
            SampleKubeconfig.text(cluster: "certificate-authority-data: Q0E=", user: "username: u\npassword: hunter2"),
            SampleKubeconfig.text(user: "token: hunter2\nas: jane\nas-groups: [a]\nas-user-extra: {k: [v]}"),
        ]
        try Fuzzer(seed: 1, iterations: 1000).run(
            corpus: corpus,
            tokens: ["name:", "user:", "- ", "{}", "[]", "null", "'", "\"", ": ", "\n", "1", "true", "&a", "*a"]
        ) { bytes in
            do {
                let kubeconfig = try Kubeconfig(parsing: bytes, file: "f", directory: "/k")
                let settings = try ConnectionSettings(kubeconfig, context: kubeconfig.contextNames.first)
                try FuzzFailure.unless(!"\(settings)".contains("hunter2"), "the settings print a credential")
                let entry = try KubeconfigEntry(name: "e", currentContextOf: bytes, file: "f")
                let merged = try entry.merged(into: bytes, file: "f", makingCurrent: true)
                _ = try KubeconfigEntry.removing("e", from: Array(merged.secret.utf8), file: "f")
            } catch let error as KubernetesError {
                try FuzzFailure.unless(error.code == .configuration, "\(error.code)")
                try FuzzFailure.unless(!error.message.contains("hunter2"), error.message)
            }
        }
    }

    @Test("Fuzz: any response is an error with a printable, bounded message")
    func fuzzStatus() throws {
        let status = #"""
            {"kind":"Status","apiVersion":"v1","status":"Failure","message":"a b","reason":"Invalid","details":
            {"name":"n","group":"g","kind":"k","retryAfterSeconds":1,"causes":[{"reason":"r","field":"f","message":"m"}]},
            "code":422}
            """#
        let tokens = [
            "\\u001b", "9223372036854775807", "-1", "1e9", "null", "\"\"", "{}", "[]", "NotFound", "Expired",
            ", error found in #",
        ]
        try Fuzzer(seed: 2, iterations: 2000).run(corpus: [status, "404 page not found"], tokens: tokens) { bytes in
            let http = 200 + Int(bytes.first ?? 0)
            let error = KubernetesError(response: HTTPResponse(status: http, body: bytes))
            let texts = [error.message] + error.causes.flatMap { [$0.reason, $0.field, $0.message] }
            for text in texts {
                try FuzzFailure.unless(text.unicodeScalars.count <= 5000, "a text has \(text.count) characters")
                let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
                try FuzzFailure.unless(isPlain, "a text holds control characters")
            }
            try FuzzFailure.unless(error.retryAfter ?? .zero <= .seconds(86400), "waits too long")
            _ = Disposition.disposition(of: error)
        }
    }

    @Test("Fuzz: any line of a watch is an event or an error, and the session takes it")
    func fuzzWatch() throws {
        let object =
            #"{"kind":"ConfigMap","metadata":{"name":"a","uid":"3f9c1a2b-0000-4fff-8abc-0123456789ab","resourceVersion":"7"}}"#
        let corpus = ["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"].map {
            #"{"type":"\#($0)","object":\#(object)}"#
        }
        let tokens = [
            "18446744073709551615", "\"0\"", "null", "{}", "metadata", "\"resourceVersion\":\"6\"", "DELETED", "-",
        ]
        for metadataOnly in [false, true] {
            let decoder = WatchLineDecoder(resource: .configMaps, metadataOnly: metadataOnly)
            var driver = SessionDriver.watching()
            var open: UInt64 = 10
            try Fuzzer(seed: 3, iterations: 2000, name: "watch-\(metadataOnly)").run(corpus: corpus, tokens: tokens) {
                line in
                do {
                    guard let event = try decoder.event(line) else { return }
                    guard case .progressed(let version) = driver.receive(event) else { return }
                    let number = ResourceVersion.number(version) ?? 0
                    try FuzzFailure.unless(number >= open, "the watch went back from \(open) to \(number)")
                    open = number
                } catch is KubernetesError {}
            }
        }
    }
}
