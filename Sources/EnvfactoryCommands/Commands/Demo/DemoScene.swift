import EnvironmentAPI
import Formats

/// What there is to see at one moment of the demo.
struct DemoScene: Sendable, Hashable {
    /// In the order of their names.
    var environments: [Environment] = []
    /// The simulated cluster's clock.
    var now: Timestamp
    /// How many times faster that clock runs than the watcher's.
    var pace: Int
    /// What happens at the moment, such as `4 of 5: Time runs out`.
    var title: String

    var rows: [DemoRow] { environments.map { DemoRow($0, now) } }
}

/// One environment as the demo shows it.
struct DemoRow: Sendable, Hashable {
    var name: String
    var className: String
    /// The reason of `Ready`.
    var standing: String
    var color: StyledLine.Style
    /// How much of what is needed is there; empty where it ends.
    var bar: String
    /// The time until its end.
    var left: String
    /// Why it is not ready, or what else one should know.
    var message: String
    /// What teardown could not remove, with its holder.
    var leftovers: [String]

    private static let barWidth = 6

    init(_ environment: Environment, _ now: Timestamp) {
        let shown = EnvironmentStanding(environment: environment, now: now)
        name = environment.metadata.name
        className = environment.spec.environmentClassName
        standing = shown.ready
        color = Self.color(environment)
        bar = environment.isEnding ? "" : Self.bar(environment)
        left = environment.isEnding ? "" : shown.expiresIn
        message = Self.message(environment) ?? shown.message
        leftovers = environment.isTerminated ? [] : environment.status.leftovers.map(\.line)
    }

    private static func color(_ environment: Environment) -> StyledLine.Style {
        if environment.isTerminated { return .dim }
        if !environment.status.leftovers.isEmpty { return .red }
        guard let ready = environment.status.condition(.ready), !environment.isEnding else { return .yellow }
        return switch ReadyReason(rawValue: ready.reason) {
        case .ready?: .green
        case .rejected?, .failed?, .nameConflict?, .degraded?: .red
        default: .yellow
        }
    }

    private static func bar(_ environment: Environment) -> String {
        let types: [ConditionType] = [
            .accepted, .namespaceReady, .guardrailsReady, .releaseReady, .controlPlaneReady, .kubeconfigReady,
        ]
        let needed = types.filter { environment.status.condition($0)?.reason != "NotNeeded" }
        let done = needed.filter { environment.status.condition($0)?.status == .isTrue }
        let full = done.count * barWidth / max(needed.count, 1)
        return String(repeating: "#", count: full) + String(repeating: ".", count: barWidth - full)
    }

    /// The first part that is missing, in its own words.
    private static func message(_ environment: Environment) -> String? {
        if environment.isTerminated { return environment.status.condition(.terminated)?.message }
        let isEnding = environment.isEnding || environment.metadata.isDeleting
        let order: [ConditionType] =
            isEnding
            ? [.terminated]
            : [.accepted, .namespaceReady, .guardrailsReady, .releaseReady, .controlPlaneReady, .kubeconfigReady]
        return order.lazy.compactMap(environment.status.condition).first { $0.status != .isTrue }?.message
    }
}
