import EnvironmentOperator
import Helm
import Kubernetes

/// An object of a release, compared with what there is of it.
struct InspectedObject: Sendable, Hashable {
    enum State: String, Sendable, Hashable {
        case asWritten = "AsWritten"
        case different = "Different"
        case missing = "Missing"
        case deleting = "Deleting"
        /// It may not be read.
        case unknown = "Unknown"
    }

    /// Objects that are read side by side.
    private static let width = 8

    var kind: String
    var name: String
    var state: State
}

extension InspectedObject {
    /// Looks at the objects of a release, in their order; tells of the first that may not be read.
    static func inspect(
        _ written: [ReleaseObject], _ client: KubernetesClient
    ) async throws -> (objects: [InspectedObject], refusal: String?) {
        var answers: [Int: (state: State, refusal: String?)] = [:]
        try await withThrowingTaskGroup(of: (Int, State, String?).self) { group in
            for (index, object) in written.enumerated() {
                if index >= width, let (place, state, refusal) = try await group.next() {
                    answers[place] = (state, refusal)
                }
                group.addTask {
                    let (state, refusal) = try await look(at: object, client)
                    return (index, state, refusal)
                }
            }
            for try await (place, state, refusal) in group { answers[place] = (state, refusal) }
        }
        let objects = written.enumerated().map { index, object in
            InspectedObject(
                kind: object.key.resource.kind, name: object.key.name, state: answers[index]?.state ?? .unknown)
        }
        return (objects, written.indices.lazy.compactMap { answers[$0]?.refusal }.first)
    }

    private static func look(
        at written: ReleaseObject, _ client: KubernetesClient
    ) async throws -> (State, String?) {
        do {
            guard let live = try await client.find(written.key) else { return (.missing, nil) }
            if live.isDeleting { return (.deleting, nil) }
            return (written.isAsWritten(live) ? .asWritten : .different, nil)
        } catch let error as KubernetesError where error.code == .forbidden {
            return (.unknown, error.message)
        }
    }
}
