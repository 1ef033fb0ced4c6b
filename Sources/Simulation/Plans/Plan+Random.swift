import HTTPModel
import KubernetesSimulator

extension Plan {
    /// The plan that a seed makes for a scenario: a few faults, of any kind, while it lasts.
    package static func random(seed: UInt64, for scenario: Scenario) -> Plan {
        var chance = SplitMix64(seed: seed ^ 0x5EED_0F_FA17)
        let count = Int.random(in: 0...8, using: &chance)
        return Plan((0..<count).map { _ in Fault.random(scenario, &chance) })
    }

    /// How many requests of a kind a scenario's beginning is sure to send.
    fileprivate static func reach(_ kind: RequestKind) -> Int {
        switch kind {
        case .any, .write, .renewal: 40
        case .get: 60
        // Those of two starts.
        case .list, .watch: 24
        }
    }
}

extension Plan.Fault {
    fileprivate static func random(_ scenario: Scenario, _ chance: inout SplitMix64) -> Self {
        guard Int.random(in: 0..<3, using: &chance) > 0 else {
            let time = Duration.random(in: scenario, &chance)
            guard Int.random(in: 0..<18, using: &chance) > 0 else {
                // Watches stay open, and no list that follows brings back what was given up.
                let end = time + .seconds(Int64.random(in: 1...9, using: &chance))
                return Plan.Fault(.span(time..<end, Plan.Requests(.any)), .request(.failBefore(.unreachable)))
            }
            return Plan.Fault(.time(time), .randomTimed(scenario, &chance))
        }
        // Writes are where most can be lost.
        let kinds: [Plan.RequestKind] = [
            .write, .write, .write, .write, .renewal, .get, .list, .list, .list, .watch,
            .watch,
        ]
        let kind = kinds.randomElement(using: &chance) ?? .write
        let number = Int.random(in: 1...Plan.reach(kind), using: &chance)
        return Plan.Fault(.request(Plan.Requests(kind), number), .request(.random(kind, &chance)))
    }
}

extension Duration {
    /// A moment while a scenario lasts; as often as not one at which much happens.
    fileprivate static func random(in scenario: Scenario, _ chance: inout SplitMix64) -> Duration {
        if let step = scenario.steps.randomElement(using: &chance), Bool.random(using: &chance) {
            return max(.seconds(1), step.time + .milliseconds(Int64.random(in: -3_000...3_000, using: &chance)))
        }
        let latest = max(30, min(scenario.end.components.seconds + 30, 300))
        return .seconds(Int64.random(in: 1...latest, using: &chance))
    }
}

extension Plan.Effect {
    fileprivate static func randomTimed(_ scenario: Scenario, _ chance: inout SplitMix64) -> Self {
        switch Int.random(in: 0..<17, using: &chance) {
        case 0, 1, 2: return .crash
        case 3, 4, 5:
            let jumps: [Int64] = [86_400, -86_400, 3_600, -3_600, 60, -60]
            return .clock(.seconds(jumps.randomElement(using: &chance) ?? 60))
        case 6, 7: return .drift([100, -100, 20, -20].randomElement(using: &chance) ?? 20)
        case 8: return .cut
        case 9, 10: return .compact
        case 11: return .action(Action(.steal))
        case 12: return .action(Action(.replica))
        // A process that keeps its lease lives through the short ones.
        case 13:
            let longest: Int64 = Bool.random(using: &chance) ? 8 : 60
            return .outage(.seconds(Int64.random(in: 1...longest, using: &chance)))
        case 14: return .virtual(.random(&chance))
        default:
            let kinds = ["networkpolicies", "resourcequotas", "limitranges", "rolebindings"]
            let kind = kinds.randomElement(using: &chance) ?? kinds[0]
            guard let name = scenario.environmentNames.randomElement(using: &chance) else { return .cut }
            let verb: Action.Verb = Bool.random(using: &chance) || kind == "rolebindings" ? .destroy : .edit
            return .action(Action(verb, kind, name))
        }
    }
}

extension Fault.Effect {
    fileprivate static func random(_ kind: Plan.RequestKind, _ chance: inout SplitMix64) -> Self {
        let number = Int.random(in: 1...8, using: &chance)
        switch (kind, Int.random(in: 0..<8, using: &chance)) {
        case (.watch, 0): return .cutWatch(afterEvents: number)
        case (.watch, 1), (.watch, 2): return .dropEvent(number)
        case (.watch, 3): return .duplicateEvent(number)
        case (.watch, 4): return .swapEvents(number)
        case (.watch, 5): return .refuse(status: 410, retryAfter: nil)
        case (.list, 0), (.list, 1), (.list, 2): return .emptyList
        case (.list, 3), (.list, 4): return .staleList(revisions: number * 6)
        case (_, 0): return .failBefore(.unreachable)
        case (_, 1), (_, 2): return .loseResponse(.interrupted)
        case (_, 3): return .crash(isDone: false)
        case (_, 4): return .crash(isDone: true)
        case (_, 5): return .delay(.seconds(number * 4))
        default:
            let status = [429, 500, 503, 504].randomElement(using: &chance) ?? 500
            let mayAskForTime = status == 429 || status == 503
            let asksForTime = mayAskForTime && Int.random(in: 0..<3, using: &chance) > 0
            return .refuse(status: status, retryAfter: asksForTime ? number : nil)
        }
    }
}

extension VirtualClusterFault.Effect {
    /// All but another cluster that answers: a person must say that it is the right one.
    private static let passing = allCases.filter { $0 != .otherCluster }

    fileprivate static func random(_ chance: inout SplitMix64) -> Self {
        passing.randomElement(using: &chance) ?? .internalError
    }
}

extension Scenario {
    /// The environments that somebody makes in it, in their order.
    var environmentNames: [String] {
        steps.filter { $0.action.verb == .create }.compactMap(\.action.arguments.first)
    }
}
