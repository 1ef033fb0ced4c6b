import EnvfactoryCommands
import Foundation
import Kubernetes
import KubernetesSimulator
import Testing

@Suite("kubectl waits", .enabled(if: Kubectl.found != nil, Kubectl.missing), .timeLimit(.minutes(10)))
struct KubectlWaitingTests {
    /// Runs a command that waits for something, and lets time pass while it watches, twenty times faster than its own.
    private func waiting(_ stage: KubectlStage, _ call: Call) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await stage.expect([call])
                return true
            }
            group.addTask {
                while !Task.isCancelled {
                    if stage.cluster.server.openWatches > 0 { await stage.pass(.milliseconds(100)) }
                    // Another process is what is waited for.
                    try await Task.sleep(for: .milliseconds(5))
                }
                return false
            }
            while let isOver = try await group.next(), !isOver {}
            group.cancelAll()
        }
    }

    private static let web = KubectlWritingTests.workload(replicas: 2, image: "web:1", second: false, port: 80)

    @Test("rollouts, conditions and deletions are awaited by watching")
    func waits() async throws {
        try await KubectlStage.run { stage in
            try await stage.expect([
                Call("create ns team", "namespace/team created"),
                Call(
                    "apply -n team -f -", input: Self.web, "deployment.apps/web created\nservice/web created"),
            ])
            try await waiting(
                stage,
                Call(
                    "rollout status deploy/web -n team --timeout=60s",
                    prints: .parts([#"deployment "web" successfully rolled out"#])))
            try await stage.expect([
                Call(
                    "get deploy web -n team",
                    prints: .pattern(#"NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +2/2 +2 +2 +\S+"#)),
                Call(
                    "get pods -n team --no-headers",
                    prints: .pattern(#"web-\S+ +1/1 +Running +0 +\S+\nweb-\S+ +1/1 +Running +0 +\S+"#)),
                Call("describe deploy web -n team", prints: .parts(["2 desired | 2 updated | 2 total | 2 available"])),
                Call("describe pods -n team", prints: .parts(["Status:           Running", "Image:          web:1"])),
                Call(
                    "wait deploy/web -n team --for=condition=Available --timeout=60s",
                    "deployment.apps/web condition met"),
                Call("wait pod -n team --all --for=condition=Ready --timeout=60s", prints: .parts(["condition met"])),
            ])
            try await waiting(
                stage, Call("delete ns team --timeout=120s", prints: .parts([#"namespace "team" deleted"#])))
            try await stage.expect([
                Call("get ns team", #"Error from server (NotFound): namespaces "team" not found"#, fails: true)
            ])
        }
    }

    @Test("get --watch prints each change as a row under one head")
    func watches() async throws {
        try await KubectlStage.run { stage in
            try await stage.expect([Call("create cm a --from-literal=k=v", "configmap/a created")])
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await stage.expect([
                        Call(
                            "get cm -w --field-selector metadata.name!=kube-root-ca.crt --request-timeout=4s",
                            prints: .parts(["NAME   DATA   AGE\na      1      0s\na      2      0s"]))
                    ])
                }
                group.addTask {
                    while stage.cluster.server.openWatches == 0 { await Task.yield() }
                    try await stage.expect([Call(#"patch cm a -p '{"data":{"l":"w"}}'"#, "configmap/a patched")])
                }
                try await group.waitForAll()
            }
        }
    }
}
