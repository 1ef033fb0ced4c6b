import EnvironmentAPI
import Formats
import KubernetesSimulator

/// I9, where nothing is kept from the operator: it sends no write while a person has paused it.
struct Pause: Invariant {
    static let title = "I9 pause"

    /// How soon a watch tells of the pause.
    private static let patience = Duration.seconds(5)

    /// Since when a person has paused it.
    private var since: Timestamp?

    mutating func breach(_ fact: Fact, _ truth: Truth) -> String? {
        switch fact {
        case .cluster(.change(let change))
        where change.resource == "configmaps" && change.namespace == Words.Installation.namespace
            && change.name == Words.Pause.configMap:
            let data = change.after?["data"]
            let isPaused =
                data?[Words.Pause.paused]?.string == "true" && data?[Words.Pause.by]?.string != Words.Pause.byBrake
            since = isPaused ? since ?? change.time : nil
        case .sent(let process, let request, let time) where request.purpose == .changes:
            guard let since, time > since + Self.patience else { return nil }
            return "\(process) sends \(request) although it is paused since \(since)"
        default: break
        }
        return nil
    }
}
