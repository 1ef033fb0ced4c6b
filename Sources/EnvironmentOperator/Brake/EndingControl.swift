package import ControllerRuntime
import EnvironmentAPI
package import Formats
package import Kubernetes
import Synchronization

/// What may stop an environment from ending: the pause, the brake, a definition that goes.
package final class EndingControl: Sendable {
    private let client: KubernetesClient
    private let namespace: String
    private let pauseSwitch: PauseSwitch
    private let environmentCount: @Sendable () -> Int
    private let state: Mutex<State>

    private struct State {
        var pause = PauseState()
        var brake = Brake()
    }

    /// The switch stops every write while a person has paused the operator; the brake stops ends only.
    package init(
        client: KubernetesClient,
        namespace: String,
        pauseSwitch: PauseSwitch,
        environmentCount: @escaping @Sendable () -> Int
    ) {
        self.client = client
        self.namespace = namespace
        self.pauseSwitch = pauseSwitch
        self.environmentCount = environmentCount
        state = Mutex(State())
    }

    /// Why a person stopped everything; `nil` while nobody did.
    package var pausedBecause: String? { pauseSwitch.pausedBecause }

    package var resumedAt: Timestamp? { state.withLock { $0.pause.resumedAt } }

    /// Takes in the pause object.
    ///
    /// - Returns: Whether something that was held may go on now.
    package func observe(_ pause: PauseState) -> Bool {
        if pause.isPaused, !pause.isByBrake {
            pauseSwitch.pause(because: pause.reason)
        } else {
            pauseSwitch.resume()
        }
        return state.withLock { state in
            let wasPaused = state.pause.isPaused
            state.pause = pause
            guard wasPaused, !pause.isPaused else { return false }
            state.brake.release()
            return true
        }
    }

    /// Takes in an end that began before this process did.
    package func recall(_ moment: Timestamp) { state.withLock { $0.brake.recall(moment) } }

    /// Why nothing may be torn down just now; asks the API server for the definition.
    package func hold(_ resource: APIResource = .environments) async throws -> Hold? {
        let pause = state.withLock(\.pause)
        if pause.isPaused, pause.isByBrake { return .brake(reason: pause.reason) }
        let name = "\(resource.plural).\(Words.group)"
        let definition = try await client.find(ObjectKey(.customResourceDefinitions, name: name), metadataOnly: true)
        guard let definition, !definition.isDeleting else { return .definitionTerminating(name: name) }
        return nil
    }

    /// Asks the brake; one that stops here stops all, until someone has looked.
    func mayBegin(_ environment: Environment, expiresAt: Timestamp, now: Timestamp) async throws -> Bool {
        let isBacklog = environment.status.warnedAt != nil && now - expiresAt >= Brake.overdue
        let count = environmentCount()
        if isBacklog || state.withLock({ $0.brake.begin(among: count, at: now) }) { return true }
        let reason =
            "More than \(Brake.threshold(of: count)) environments were to end within a minute, and there are \(count): "
            + "teardown is stopped."
        try await set(reason, now)
        return false
    }

    private func set(_ reason: String, _ now: Timestamp) async throws {
        let data: JSONValue = [
            Words.Pause.paused: "true",
            Words.Pause.reason: .string(reason),
            Words.Pause.since: .string(now.description),
            Words.Pause.by: .string(Words.Pause.byBrake),
        ]
        let key = ObjectKey(.configMaps, namespace: namespace, name: Words.Pause.configMap)
        let object = try await client.patch(key, .merge, ["data": data])
        _ = observe(PauseState(object))
    }
}

/// What the pause object says.
package struct PauseState: Sendable, Hashable {
    package var isPaused = false
    package var isByBrake = false
    package var reason = ""
    package var resumedAt: Timestamp?

    package init() {}

    package init(_ object: KubernetesObject?) {
        func data(_ key: String) -> String? { object?.json[path: "data", key]?.string }
        isPaused = data(Words.Pause.paused) == "true"
        isByBrake = data(Words.Pause.by) == Words.Pause.byBrake
        reason = data(Words.Pause.reason) ?? "The operator is paused."
        resumedAt = data(Words.Pause.resumed).flatMap(Timestamp.init(orNil:))
    }
}
