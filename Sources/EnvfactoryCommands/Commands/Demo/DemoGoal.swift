import EnvironmentAPI
import Formats

/// What the demo waits for.
enum DemoGoal: Sendable, Hashable {
    case ready([String])
    /// Its end, by its time, is over: the record of it is left.
    case ended(String)
    /// Its end is held up, by something that is named.
    case held(String)
    /// Its object exists no longer.
    case gone(String)

    /// How long it may take, by the cluster's clock.
    var patience: Duration {
        switch self {
        case .ended: .seconds(1200)
        case .ready, .held, .gone: .seconds(300)
        }
    }

    /// As a sentence goes on after "until".
    var text: String {
        switch self {
        case .ready(let names): "\(names.joined(separator: ", ")) \(names.count == 1 ? "is" : "are") ready"
        case .ended(let name): "the time of \(name) is over"
        case .held(let name): "\(name) says what holds it"
        case .gone(let name): "\(name) is gone"
        }
    }

    /// Those that it is about.
    private var names: [String] {
        switch self {
        case .ready(let names): names
        case .ended(let name), .held(let name), .gone(let name): [name]
        }
    }

    /// Whether it is so with these environments, by their names.
    func verdict(_ environments: [String: Environment]) -> WaitVerdict {
        switch self {
        case .ready(let names): Self.readiness(names.map { environments[$0] })
        case .ended(let name): environments[name]?.isTerminated == true ? .met : .waiting
        case .held(let name): environments[name]?.status.leftovers.isEmpty == false ? .met : .waiting
        case .gone(let name): environments[name] == nil ? .met : .waiting
        }
    }

    private static func readiness(_ environments: [Environment?]) -> WaitVerdict {
        var isMet = true
        for environment in environments {
            guard let environment else {
                isMet = false
                continue
            }
            switch WaitGoal.ready.verdict(environment) {
            case .met: continue
            case .waiting: isMet = false
            case .failed(let failure): return .failed(failure)
            }
        }
        return isMet ? .met : .waiting
    }

    /// What to say of it once it is so.
    func news(_ environments: [String: Environment]) -> [String] {
        switch self {
        case .ready(let names): names.compactMap { environments[$0]?.readiness }
        case .ended(let name):
            ["\(name) has ended: \(environments[name]?.status.condition(.terminated)?.message ?? "")"]
        case .held(let name):
            ["\(name) cannot go yet, and says why:"]
                + (environments[name]?.status.leftovers.map { "  held  \($0.line)" } ?? [])
        case .gone(let name): ["\(name) is gone."]
        }
    }

    /// Why it is not so, after all the time it may take.
    func failure(_ environments: [String: Environment]) -> CommandFailure {
        let causes = names.map { name in
            "\(name): \(environments[name].map { $0.cause ?? "it is ready" } ?? "there is none")"
        }
        return CommandFailure(
            .timedOut, "waited for \(patience.shortText) of the cluster's time until \(text)", details: causes,
            hints: ["'envfactory demo --verbose' shows what the operator does"])
    }
}

extension Environment {
    /// Such as `pr-42 is ready after 3s.`, as a sentence.
    fileprivate var readiness: String? {
        guard let ready = status.condition(.ready), ready.status == .isTrue, let began = metadata.creationTimestamp
        else { return nil }
        let rest = ready.lastTransitionTime - began
        return "\(metadata.name) is ready " + (rest < .seconds(1) ? "within a second." : "after \(Age.text(rest)).")
    }
}
