import EnvironmentAPI
import Formats
import Kubernetes
import Testing

@testable import EnvfactoryCommands

@Suite("The demo's view")
struct DemoViewTests {
    private static let now = Timestamp(sinceEpoch: .seconds(1_767_225_600))

    private static func environment(
        _ name: String, _ conditions: [TestCondition], left: Duration = .seconds(8 * 3600),
        className: String = "sandbox"
    ) -> Environment {
        var object = KubernetesObject(.environments, namespace: "team", name: name)
        object["spec"] = ["environmentClassName": .string(className)]
        object["metadata"]?["creationTimestamp"] = .string(now.description)
        object["status"] = [
            "conditions": .array(conditions.map { $0.json(0, now) }),
            "expiresAt": .string((now + left).description),
        ]
        return Environment(from: object)
    }

    private static let ready = environment(
        "pr-42",
        [
            .yes(.accepted, "Accepted"), .yes(.namespaceReady, "NamespaceReady"),
            .yes(.guardrailsReady, "GuardrailsReady"), .yes(.releaseReady, "NotNeeded"),
            .yes(.controlPlaneReady, "NotNeeded"), .yes(.kubeconfigReady, "KubeconfigReady"), .ready,
        ])
    private static let coming = environment(
        "pr-43",
        [
            .yes(.accepted, "Accepted"), .yes(.namespaceReady, "NamespaceReady"),
            .yes(.guardrailsReady, "GuardrailsReady"), .yes(.releaseReady, "Deployed"),
            .no(.controlPlaneReady, "Starting", "The virtual cluster's control plane starts."),
            .no(.ready, "Provisioning", "ControlPlaneReady: it starts."),
        ], className: "preview")
    private static let held: Environment = {
        var environment = Self.environment("pr-44", [.no(.ready, "Deleting", "It ends.")])
        environment.status.leftovers = [
            .init(
                apiVersion: "v1", kind: "ConfigMap", namespace: "env-pr-44", name: "keep",
                heldBy: "example.com/hold", since: now)
        ]
        return environment
    }()
    private static let over = environment(
        "try-parser",
        [
            .yes(.terminated, "Terminated", "Nothing is left of the environment on the host."),
            .no(.ready, "Expired", "It has ended."),
        ])

    private static let scene = DemoScene(
        environments: [ready, coming, held, over], now: now, pace: 120, title: "waiting until pr-43 is ready")

    private func frame(_ columns: Int, _ rows: Int, _ scene: DemoScene = scene) -> String {
        DemoView.lines(scene, on: .init(columns: columns, rows: rows))
            .map { $0.cut(to: columns - 1).text + "\n" }.joined()
    }

    @Test("shows every environment, how far it is, how long it lives, and why it is not ready")
    func whole() {
        #expect(
            frame(120, 30) == """

                   waiting until pr-43 is ready

                   NAME         CLASS     READY          DONE     LEFT
                   pr-42        sandbox   Ready          ######   8h
                   pr-43        preview   Provisioning   ####..   8h     The virtual cluster's control plane starts.
                   pr-44        sandbox   Deleting                       It ends.
                     held  ConfigMap env-pr-44/keep, held by example.com/hold since 2026-01-01T00:00:00Z
                   try-parser   sandbox   Expired                        Nothing is left of the environment on the host.

                   simulated host cluster, its clock is at 00:00:00, 120 times faster than yours

                """)
    }

    @Test("leaves columns out in a narrow window, and cuts what is too long")
    func narrow() {
        #expect(
            frame(50, 30) == """

                   waiting until pr-43 is ready

                   NAME         READY          LEFT
                   pr-42        Ready          8h
                   pr-43        Provisioning   8h     The virtua…
                   pr-44        Deleting              It ends.
                     held  ConfigMap env-pr-44/keep, held by exa…
                   try-parser   Expired               Nothing is…

                   simulated host cluster, its clock is at 00:00…

                """)
    }

    @Test("leaves out what matters least in a low window")
    func low() {
        #expect(
            frame(50, 8) == """
                   NAME         READY          LEFT
                   pr-42        Ready          8h
                   pr-43        Provisioning   8h     The virtua…
                   pr-44        Deleting              It ends.
                     held  ConfigMap env-pr-44/keep, held by exa…
                   try-parser   Expired               Nothing is…
                   simulated host cluster, its clock is at 00:00…

                """)
        #expect(
            frame(50, 4) == """
                   pr-42        Ready          8h
                   pr-43        Provisioning   8h     The virtua…
                   … and 3 more lines: the window is too low

                """)
    }

    @Test("never makes more lines than the window has", arguments: 0..<14)
    func bounds(rows: Int) {
        #expect(DemoView.lines(Self.scene, on: .init(columns: 80, rows: rows)).count <= max(rows - 1, 1))
    }

    @Test("says that the cluster is a simulated one, also where there is nothing else to show")
    func empty() {
        let scene = DemoScene(now: Self.now, pace: 1, title: "")
        #expect(frame(80, 24, scene) == "\n   simulated host cluster, its clock is at 00:00:00\n")
    }

    @Test(
        "colours what one should look at",
        arguments: [(ready, .green), (coming, .yellow), (held, .red), (over, .dim)]
            as [(Environment, StyledLine.Style)])
    func colors(environment: Environment, color: StyledLine.Style) {
        #expect(DemoRow(environment, Self.now).color == color)
    }

    @Test("says of a row in one line what it is and why")
    func sentences() {
        let rows = Self.scene.rows.map(DemoView.sentence)
        #expect(
            rows == [
                "pr-42 is Ready", "pr-43 is Provisioning: The virtual cluster's control plane starts.",
                "pr-44 is Deleting: It ends.", "try-parser is Expired: Nothing is left of the environment on the host.",
            ])
    }

    @Test(
        "says when what is waited for is so",
        arguments: [
            (.ready(["pr-42"]), .met), (.ready(["pr-42", "pr-43"]), .waiting), (.ready(["nobody"]), .waiting),
            (.ended("try-parser"), .met), (.ended("pr-42"), .waiting), (.held("pr-44"), .met),
            (.held("pr-42"), .waiting), (.gone("nobody"), .met), (.gone("pr-42"), .waiting),
        ] as [(DemoGoal, WaitVerdict)])
    func goals(goal: DemoGoal, verdict: WaitVerdict) {
        let environments = Dictionary(uniqueKeysWithValues: Self.scene.environments.map { ($0.metadata.name, $0) })
        #expect(goal.verdict(environments) == verdict)
    }

    @Test("gives up at once where an environment will never be ready")
    func hopeless() {
        let rejected = Self.environment("a", [.no(.accepted, "Invalid", "no"), .no(.ready, "Rejected", "no")])
        guard case .failed(let failure) = DemoGoal.ready(["a"]).verdict(["a": rejected]) else {
            Issue.record("it goes on waiting")
            return
        }
        #expect(failure.code == .rejected)
    }
}
