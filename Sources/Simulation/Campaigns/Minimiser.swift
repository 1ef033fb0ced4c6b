import Formats

/// Makes a trial that breaks an invariant smaller while it still breaks the same one.
struct Minimiser {
    private var best: Trial
    /// How many trials are left.
    private var budget: Int
    private let breaks: (Trial) throws -> Bool

    private init(_ trial: Trial, budget: Int, _ breaks: @escaping (Trial) throws -> Bool) {
        best = trial
        self.budget = budget
        self.breaks = breaks
    }

    /// The smallest trial that was found within so many trials.
    static func minimised(
        _ trial: Trial, budget: Int = 200, whileIt breaks: @escaping (Trial) throws -> Bool
    ) throws -> Trial {
        var minimiser = Minimiser(trial, budget: budget, breaks)
        try minimiser.removeFaults()
        try minimiser.removeSteps()
        try minimiser.roundTimes()
        return minimiser.best
    }

    /// Takes over a smaller trial where it breaks as well.
    private mutating func accept(_ change: (inout Trial) -> Void) throws -> Bool {
        var candidate = best
        change(&candidate)
        guard budget > 0, candidate != best else { return false }
        budget -= 1
        guard try breaks(candidate) else { return false }
        best = candidate
        return true
    }

    private mutating func removeFaults() throws {
        for index in best.plan.faults.indices.reversed() {
            _ = try accept { $0.plan.faults.remove(at: index) }
        }
    }

    private mutating func removeSteps() throws {
        for index in best.scenario.steps.indices.reversed() {
            _ = try accept { $0.scenario.steps.remove(at: index) }
        }
    }

    /// Whole seconds say more than milliseconds, and the first request more than the fiftieth.
    private mutating func roundTimes() throws {
        for index in best.scenario.steps.indices {
            _ = try accept { $0.scenario.steps[index].time = $0.scenario.steps[index].time.wholeSeconds }
        }
        for index in best.plan.faults.indices {
            switch best.plan.faults[index].moment {
            case .time(let time): _ = try accept { $0.plan.faults[index].moment = .time(time.wholeSeconds) }
            case .request(let requests, _): while try advance(index, requests) {}
            case .span, .repeated: break
            }
        }
    }
}

extension Minimiser {
    /// Lets a fault strike an earlier request of its kind.
    private mutating func advance(_ index: Int, _ requests: Plan.Requests) throws -> Bool {
        guard case .request(_, let number) = best.plan.faults[index].moment else { return false }
        for smaller in [1, number / 2, number - 1] where smaller > 0 && smaller < number {
            if try accept({ $0.plan.faults[index].moment = .request(requests, smaller) }) { return true }
        }
        return false
    }
}

extension Duration {
    fileprivate var wholeSeconds: Duration { .seconds(components.seconds) }
}
