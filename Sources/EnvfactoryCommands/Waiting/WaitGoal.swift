import EnvironmentAPI

/// What an object is waited for to be.
enum WaitGoal: Sendable, Hashable {
    case ready
    /// Its object exists no longer.
    case gone
    case condition(String, Condition.Status)

    /// As a sentence goes on after "it is".
    var text: String {
        switch self {
        case .ready: "ready"
        case .gone: "gone"
        case .condition(let type, let status): "\(type)=\(status.rawValue)"
        }
    }

    /// As `--for` takes it.
    var argument: String {
        switch self {
        case .ready: "ready"
        case .gone: "gone"
        case .condition(let type, let status): "condition=\(type)=\(status.rawValue)"
        }
    }

    /// Why it is not met, where no condition of what was seen last says it.
    func silence<Subject: Awaited>(_ subject: Subject?) -> String {
        guard let subject, self == .gone || !subject.conditions.isEmpty else {
            return "nothing was heard of it: see whether the operator runs"
        }
        guard self == .gone, !subject.isEnding, !subject.metadata.isDeleting else { return "it stays as it is" }
        return "nobody has asked for its end, as '\(Subject.commands) delete \(subject.metadata.name)' does"
    }
}

extension WaitGoal {
    static let option = Valued<WaitGoal>(
        "for", "ready|gone|condition=<type>[=<status>]", "What to wait for; ready unless given."
    ) { text throws(InvalidValue) in try WaitGoal(argument: text) }

    /// Reads `ready`, `gone`, `condition=Drifted` or `condition=Ready=False`; `deleted` is `gone` by another word.
    init(argument text: String) throws(InvalidValue) {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        switch (parts.first, parts.count) {
        case ("ready", 1): self = .ready
        case ("gone", 1), ("deleted", 1): self = .gone
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

/// What the sight of an object means for a goal.
enum WaitVerdict: Sendable, Hashable {
    case met
    case waiting
    /// Waiting longer cannot help.
    case failed(CommandFailure)
}

extension WaitGoal {
    /// Judges what the API server says now; `nil` is that the object does not exist.
    func verdict<Subject: Awaited>(_ subject: Subject?) -> WaitVerdict {
        guard let subject else {
            guard self != .gone else { return .met }
            return .failed(CommandFailure(.environmentFailed, "the \(Subject.noun) was deleted before it was \(text)"))
        }
        switch self {
        case .gone: return .waiting
        case .ready: return Self.readiness(subject)
        case .condition(let type, let status):
            guard let condition = subject.conditions.first(where: { $0.type == type }),
                condition.observedGeneration >= subject.metadata.generation, condition.status == status
            else { return .waiting }
            return .met
        }
    }

    private static func readiness<Subject: Awaited>(_ subject: Subject) -> WaitVerdict {
        let name = "\(Subject.noun) \(subject.metadata.name)"
        if subject.metadata.isDeleting || subject.isEnding {
            let cause = subject.cause.map { ": \($0)" } ?? ""
            return .failed(CommandFailure(.environmentFailed, "\(name) ends and will not be ready\(cause)"))
        }
        // What was said of an older spec is no answer.
        guard let ready = subject.condition(.ready), ready.observedGeneration >= subject.metadata.generation
        else { return .waiting }
        if ready.status == .isTrue { return .met }
        if subject.waitsForPlace { return .waiting }
        if ready.reason == ReadyReason.rejected.rawValue {
            return .failed(
                CommandFailure(
                    .rejected, "\(name) is rejected: correct this and apply it again", details: subject.rejections))
        }
        guard Subject.finalReasons.contains(ready.reason) else { return .waiting }
        return .failed(
            CommandFailure(
                .environmentFailed, "\(name) is not ready (\(ready.reason)): \(subject.cause ?? ready.message)",
                hints: ["'\(Subject.inspection) \(subject.metadata.name)' shows its conditions and events"]))
    }
}
