import EnvironmentAPI

/// What an environment is waited for to be.
enum WaitGoal: Sendable, Hashable {
    case ready
    /// Its object exists no longer.
    case gone
    case condition(String, Condition.Status)

    /// As a sentence goes on after "the environment is".
    var text: String {
        switch self {
        case .ready: "ready"
        case .gone: "gone"
        case .condition(let type, let status): "\(type)=\(status.rawValue)"
        }
    }
}

extension WaitGoal {
    /// Reads `ready`, `gone`, `condition=Drifted` or `condition=Ready=False`.
    init(argument text: String) throws(InvalidValue) {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        switch (parts.first, parts.count) {
        case ("ready", 1): self = .ready
        case ("gone", 1): self = .gone
        case ("condition", 2...3):
            guard let type = ConditionType.allCases.first(where: { $0.rawValue.lowercased() == parts[1].lowercased() })
            else {
                let types = ConditionType.allCases.map(\.rawValue).joined(separator: ", ")
                throw InvalidValue("write one of the conditions \(types)")
            }
            let word = parts.count == 3 ? parts[2] : Condition.Status.isTrue.rawValue
            guard let status = Condition.Status.allCases.first(where: { $0.rawValue.lowercased() == word.lowercased() })
            else { throw InvalidValue("write True, False or Unknown after the condition") }
            self = .condition(type.rawValue, status)
        default: throw InvalidValue("write ready, gone, condition=<type> or condition=<type>=<status>")
        }
    }
}

/// What the sight of an environment means for a goal.
enum WaitVerdict: Sendable, Hashable {
    case met
    case waiting
    /// Waiting longer cannot help.
    case failed(CommandFailure)
}

extension WaitGoal {
    /// Judges what the API server says now; `nil` is that the environment does not exist.
    func verdict(_ environment: Environment?) -> WaitVerdict {
        guard let environment else {
            guard self != .gone else { return .met }
            return .failed(CommandFailure(.environmentFailed, "the environment was deleted before it was \(text)"))
        }
        switch self {
        case .gone: return .waiting
        case .ready: return Self.readiness(environment)
        case .condition(let type, let status):
            guard let condition = environment.status.conditions.first(where: { $0.type == type }),
                condition.observedGeneration >= environment.metadata.generation, condition.status == status
            else { return .waiting }
            return .met
        }
    }

    private static func readiness(_ environment: Environment) -> WaitVerdict {
        let name = environment.metadata.name
        if environment.metadata.isDeleting || environment.isEnding {
            let cause = environment.cause.map { ": \($0)" } ?? ""
            return .failed(CommandFailure(.environmentFailed, "environment \(name) ends and will not be ready\(cause)"))
        }
        // What was said of an older spec is no answer.
        guard let ready = environment.status.condition(.ready),
            ready.observedGeneration >= environment.metadata.generation
        else { return .waiting }
        if ready.status == .isTrue { return .met }
        switch ReadyReason(rawValue: ready.reason) {
        case .rejected:
            return .failed(
                CommandFailure(
                    .rejected, "environment \(name) is rejected: correct this and apply it again",
                    details: environment.rejections))
        case .failed, .nameConflict, .suspended:
            let cause = environment.cause ?? ready.message
            return .failed(
                CommandFailure(
                    .environmentFailed, "environment \(name) is not ready (\(ready.reason)): \(cause)",
                    hints: ["'envfactory describe \(name)' shows its conditions and events"]))
        default: return .waiting
        }
    }
}

extension Environment {
    /// Why it is not what it should be, in one line: the first part that is missing.
    var cause: String? {
        let order: [ConditionType] =
            isEnding || metadata.isDeleting
            ? [.terminated, .ready]
            : [
                .accepted, .namespaceReady, .guardrailsReady, .releaseReady, .controlPlaneReady, .kubeconfigReady,
                .inferenceReady, .ready,
            ]
        for type in order {
            guard let condition = status.condition(type), condition.status != .isTrue else { continue }
            return "\(type.rawValue) is \(condition.status.rawValue) (\(condition.reason)): \(condition.message)"
        }
        return nil
    }

    /// Every reason why it is not accepted, one an element.
    var rejections: [String] {
        let message = status.condition(.accepted)?.message ?? status.condition(.ready)?.message ?? ""
        // The operator joins them so in the condition's one message.
        return message.split(separator: "; ").map(String.init)
    }
}
