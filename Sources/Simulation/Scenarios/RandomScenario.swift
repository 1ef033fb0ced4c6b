import KubernetesSimulator

extension Scenario {
    /// What people do as a seed has it: two classes, up to four environments, up to ten actions on them.
    package static func random(seed: UInt64) -> Scenario {
        var chance = SplitMix64(seed: seed ^ 0x5CE_4A_210)
        var steps = [
            Step(.zero, Action(.makeClass, "review", "Namespace")),
            Step(.zero, Action(.makeClass, "preview", "VirtualCluster")),
        ]
        let classes = (0..<Int.random(in: 1...4, using: &chance)).map { _ in
            Int.random(in: 0..<3, using: &chance) == 0 ? "preview" : "review"
        }
        for (number, name) in classes.enumerated() {
            let time = Duration.milliseconds(Int64.random(in: 100...15_000, using: &chance))
            steps.append(Step(time, Action(.create, "pr-\(number)", name)))
        }
        var time = Duration.seconds(15)
        for _ in 0..<Int.random(in: 0...10, using: &chance) {
            time += .milliseconds(Int64.random(in: 10...20_000, using: &chance))
            let number = Int.random(in: 0..<classes.count, using: &chance)
            steps.append(Step(time, .random("pr-\(number)", of: classes[number], &chance)))
        }
        return Scenario("random", steps)
    }
}

extension Action {
    fileprivate static func random(_ name: String, of className: String, _ chance: inout SplitMix64) -> Action {
        let isVirtual = className == "preview"
        switch Int.random(in: 0..<13, using: &chance) {
        case 0, 1: return Action(.delete, name)
        case 2, 3: return Action(.create, name, className)
        case 4: return Action(.lifetime, name, ["2m", "1h", "48h"].randomElement(using: &chance) ?? "1h")
        case 5: return isVirtual ? Action(.suspend, name) : Action(.network, className, "Open")
        case 6: return isVirtual ? Action(.wake, name) : Action(.pods, className, "7")
        case 7 where isVirtual: return Action(.level, name, ["a", "b", "c"].randomElement(using: &chance) ?? "a")
        case 7: return Action(.network, className, "Isolated")
        case 8 where isVirtual: return Action(.chart, className, "0.36.901")
        case 8: return Action(.edit, "resourcequotas", name)
        case 9 where !isVirtual: return Action(.run, name)
        case 9, 12: return Action(.destroy, "networkpolicies", name)
        case 10: return Action(.destroy, "secrets", name)
        default: return Action(.destroy, "rolebindings", name)
        }
    }
}
