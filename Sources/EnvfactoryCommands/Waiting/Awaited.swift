import EnvironmentAPI
import Kubernetes

/// What becomes ready by and by, and can be waited for.
protocol Awaited: Sendable {
    static var resource: APIResource { get }
    /// As messages call it.
    static var noun: String { get }
    /// What its commands begin with.
    static var commands: String { get }
    /// The command that tells more of one, before its name.
    static var inspection: String { get }
    /// The conditions that lead to `Ready`, in the order in which they are reached.
    static var parts: [ConditionType] { get }
    /// The reasons of `Ready` that stay until somebody changes something.
    static var finalReasons: [String] { get }

    init(from object: KubernetesObject)

    var metadata: ObjectMetadata { get }
    var conditions: [Condition] { get }
    /// What holds its end.
    var leftovers: [Environment.Status.Leftover] { get }
    /// Its end has begun, or is over.
    var isEnding: Bool { get }

    /// How it stands, for whoever waits for it.
    func progress(towards goal: WaitGoal) -> [ProgressLine]
}

extension Awaited {
    func condition(_ type: ConditionType) -> Condition? { conditions.first { $0.type == type.rawValue } }

    /// Why it is not what it should be, in one line: the first part that is missing.
    var cause: String? {
        for type in isEnding || metadata.isDeleting ? [.terminated, .ready] : Self.parts + [.ready] {
            guard let condition = condition(type), condition.status != .isTrue else { continue }
            return "\(type.rawValue) is \(condition.status.rawValue) (\(condition.reason)): \(condition.message)"
        }
        return nil
    }

    /// Its class is full, and it is accepted by itself as soon as there is room.
    var waitsForPlace: Bool { condition(.accepted)?.reason == AcceptedReason.limitReached.rawValue }

    /// Every reason why it is not accepted, one an element.
    var rejections: [String] {
        let message = condition(.accepted)?.message ?? condition(.ready)?.message ?? ""
        // The operator joins them so in the condition's one message.
        return message.split(separator: "; ").map(String.init)
    }
}

// MARK: - Environments

extension Environment: Awaited {
    static let resource = APIResource.environments
    static let noun = "environment"
    static let commands = "envfactory"
    static let inspection = "envfactory describe"
    static let parts: [ConditionType] = [
        .accepted, .namespaceReady, .guardrailsReady, .releaseReady, .controlPlaneReady, .kubeconfigReady,
        .inferenceReady,
    ]
    static let finalReasons = [ReadyReason.failed, .nameConflict, .suspended].map(\.rawValue)

    var conditions: [Condition] { status.conditions }
    var leftovers: [Environment.Status.Leftover] { status.leftovers }

    /// One line a condition.
    func progress(towards goal: WaitGoal) -> [ProgressLine] {
        let types = goal == .gone || isEnding ? [.terminated] : Self.parts
        let conditions = types.compactMap(condition).filter { $0.reason != "NotNeeded" }
        return conditions.map { ProgressLine($0) } + leftovers.map { ProgressLine(.held, $0.line) }
    }
}

// MARK: - Inference endpoints

extension InferenceEndpoint: Awaited {
    static let resource = APIResource.inferenceEndpoints
    static let noun = "inference endpoint"
    static let commands = "envfactory inference"
    static let inspection = "envfactory inference get"
    static let parts: [ConditionType] = [
        .accepted, .namespaceReady, .guardrailsReady, .placed, .serviceReady, .modelReady, .webUIReady,
    ]
    static let finalReasons = [EndpointReadyReason.failed, .nameConflict].map(\.rawValue)

    var conditions: [Condition] { status.conditions }
    var leftovers: [Environment.Status.Leftover] { status.leftovers }
    var isEnding: Bool { condition(.ready)?.reason == EndpointReadyReason.deleting.rawValue }

    /// The conditions that hold, and what `Ready` says of those that do not: a turn to wait for, a model that loads.
    func progress(towards goal: WaitGoal) -> [ProgressLine] {
        guard goal != .gone, !isEnding else {
            return [condition(.terminated)].compactMap(\.self).map { ProgressLine($0) }
                + leftovers.map { ProgressLine(.held, $0.line) }
        }
        var lines = Self.parts.compactMap(condition)
            .filter { $0.status == .isTrue && $0.reason != "NotNeeded" }.map { ProgressLine($0) }
        if let ready = condition(.ready), ready.status != .isTrue {
            lines.append(ProgressLine(.wait, "\(ready.reason): \(ready.message)"))
        }
        if let turn { lines.append(ProgressLine(.wait, turn)) }
        return lines
    }

    /// Its place among those that wait for GPUs, and what it waits for.
    var turn: String? {
        guard let queue = status.queue else { return nil }
        return "position \(queue.position) in the queue"
            + (queue.waitingFor.isEmpty ? "" : ", waiting for \(queue.waitingFor)")
    }
}
