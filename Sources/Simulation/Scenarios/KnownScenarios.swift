import Formats

extension Scenario {
    /// The scenarios that have a name, in the order in which they are run.
    package static let known: [Scenario] = [
        written("create", "class review Namespace", "create pr-1 review"),
        written("class-change", "class review Namespace", "create pr-1 review", "pods review 7", "network review Open"),
        written("expiry", "class review Namespace", "create pr-1 review 1m", at: [.seconds(70): "rest"]),
        written(
            "extension", "class review Namespace", "create pr-1 review 1m", "ttl pr-1 1h", "ttl pr-1 2h",
            at: [.seconds(70): "rest"]),
        written(
            "late-extension", "class review Namespace", "create pr-1 review 1m",
            at: [.milliseconds(64_950): "ttl pr-1 1h", .seconds(70): "rest"]),
        written("delete", "class review Namespace", "create pr-1 review", "delete pr-1"),
        written(
            "delete-while-installing", "class review VirtualCluster", "create pr-1 review",
            at: [.milliseconds(8_300): "delete pr-1"]),
        written("used", "class review Namespace", "create pr-1 review", "run pr-1", "delete pr-1"),
        written("recreated", "class review Namespace", "create pr-1 review", "delete pr-1", "create pr-1 review"),
        written("virtual-cluster", "class review VirtualCluster", "create pr-1 review", "delete pr-1"),
        written(
            "upgrade", "class review VirtualCluster", "create pr-1 review", "level pr-1 b", "chart review 0.36.901"),
        written("suspend", "class review VirtualCluster", "create pr-1 review", "suspend pr-1", "wake pr-1"),
        written(
            "third-parties", "class review Namespace", "create pr-1 review", "destroy networkpolicies pr-1",
            "edit resourcequotas pr-1", "destroy rolebindings pr-1", "destroy secrets pr-1"),
        written("stripped", "class review Namespace", "create pr-1 review", "strip pr-1", "delete pr-1"),
        written(
            "held", "class review Namespace", "create pr-1 review", "hold pr-1", "delete pr-1", "free pr-1"),
        written(
            "paused", "class review Namespace", "create pr-1 review", "pause", "delete pr-1", "create pr-2 review",
            "unpause"),
        written(
            "foreign-helm", "class review VirtualCluster", "create pr-1 review", "helm pr-1", "level pr-1 b",
            "abandon pr-1"),
        written(
            "squatted", "pause", "class review Namespace", "create pr-1 review", "squat pr-1", "unpause",
            "destroy namespaces pr-1"),
        written(
            "pull-requests", "class review Namespace", "pull pr-1 open", "pull pr-2 open", "pull pr-3 open",
            "job pr-1 review", "job pr-2 review", "job pr-3 review",
            at: [
                .seconds(160): "pull pr-1 closed", .seconds(230): "host hidden", .seconds(275): "host well",
                .seconds(300): "hook pr-3 closed", .seconds(370): "job pr-1 review", .seconds(380): "pull pr-2 merged",
                .seconds(450): "host otherRepository", .seconds(495): "host well",
                // Shorter than it takes to be believed.
                .seconds(540): "pull pr-3 closed", .seconds(546): "pull pr-3 open",
                .seconds(600): "pull pr-2 open", .seconds(800): "job pr-2 review",
            ]),
        written("two-operators", "replica", "class review Namespace", "create pr-1 review", "delete pr-1"),
        many,
        massDeletion,
    ]

    /// Steps twenty seconds apart, and those that have a time of their own.
    private static func written(
        _ name: String, _ actions: String..., at times: [Duration: String] = [:]
    ) -> Scenario {
        var time = Duration.zero
        var steps: [(Duration, String)] = []
        for action in actions {
            steps.append((time, action))
            // A class is there before the first environment of it.
            time += action.hasPrefix("class") || action.hasPrefix("replica") ? .seconds(5) : .seconds(20)
        }
        steps += times.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return Scenario(name, steps.compactMap { time, text in step(time, text) })
    }

    private static func step(_ time: Duration, _ text: String) -> Step? {
        do { return Step(time, try Action(text.split(separator: " "))) } catch { return nil }
    }

    /// Thirty environments of two classes within half a minute, every third of them deleted.
    private static let many: Scenario = {
        var steps = [
            Step(.zero, Action(.makeClass, "review", "Namespace")),
            Step(.zero, Action(.makeClass, "preview", "VirtualCluster")),
        ]
        for number in 0..<30 {
            let name = "pr-\(number)"
            let time = Duration.seconds(5 + number)
            steps.append(Step(time, Action(.create, name, number % 5 == 0 ? "preview" : "review")))
            if number % 3 == 0 { steps.append(Step(time + .seconds(7), Action(.delete, name))) }
        }
        return Scenario("many", steps)
    }()

    /// More environments than the brake lets go within a minute are deleted; then somebody says go on.
    private static let massDeletion: Scenario = {
        var steps = [Step(.zero, Action(.makeClass, "review", "Namespace"))]
        for number in 0..<36 {
            let offset = Duration.milliseconds(100 * number)
            steps.append(Step(.seconds(5) + offset, Action(.create, "pr-\(number)", "review")))
            steps.append(Step(.seconds(40) + offset, Action(.delete, "pr-\(number)")))
        }
        return Scenario("mass-deletion", steps + [Step(.seconds(75), Action(.unpause))])
    }()

    /// The scenario of a name; `random` is another one for each seed.
    package static func named(_ name: String, seed: UInt64) -> Scenario? {
        name == "random" ? .random(seed: seed) : known.first { $0.name == name }
    }

    package static var names: [String] { known.map(\.name) + ["random"] }
}
