import EnvironmentAPI
import Formats
import Helm
import Kubernetes
import Synchronization

/// What a chart's `lookup` finds, read before the templates ask for it.
///
/// Templates run without waiting for anybody. What one asks for and is not here yet is noted, read afterwards, and the
/// chart is rendered again.
final class LookupTable: Sendable {
    @TaskLocal static var current: LookupTable?

    private struct State {
        var found: [LookupRequest: JSONValue] = [:]
        var missing: [LookupRequest] = []
    }

    private let state = Mutex(State())

    func value(_ request: LookupRequest) -> JSONValue? {
        state.withLock { state in
            // A bare `nil` could be taken for JSON's.
            if let value = state.found[request] { return value.isNull ? Optional.none : value }
            if !state.missing.contains(request) { state.missing.append(request) }
            return nil
        }
    }

    /// What was asked for and is not known; afterwards nothing is.
    func takeMissing() -> [LookupRequest] {
        state.withLock { state in
            defer { state.missing = [] }
            return state.missing
        }
    }

    func fill(_ request: LookupRequest, _ value: JSONValue?) {
        state.withLock { $0.found[request] = value ?? .null }
    }
}

/// Reads for `lookup`: in the release's own namespace only, and only what the operator may read there.
struct LookupReader: Sendable {
    let client: KubernetesClient
    let namespace: String
    let kinds: [APIResource]

    /// The object, or the list where no name is given; `nil` where there is none, or it is elsewhere.
    func read(_ request: LookupRequest) async throws -> JSONValue? {
        guard request.namespace.isEmpty || request.namespace == namespace,
            let resource = kinds.first(where: { $0.apiVersion == request.apiVersion && $0.kind == request.kind })
        else { return nil }
        do {
            guard request.name.isEmpty else {
                return try await client.find(ObjectKey(resource, namespace: namespace, name: request.name))?.json
            }
            let items = try await client.listAll(resource, namespace: namespace).items
            return [
                "apiVersion": .string(resource.apiVersion), "kind": .string("\(resource.kind)List"),
                "items": .array(items.map(\.json)),
            ]
        } catch let error as KubernetesError where error.code == .forbidden {
            return nil
        }
    }
}
