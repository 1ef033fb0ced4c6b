import EnvironmentAPI
import Kubernetes

/// Where Events are looked for: those about one object, or all of a namespace.
struct EventScope: Sendable, Hashable {
    let namespace: String?
    let fieldSelector: String?

    /// What was told of one object is in its own namespace.
    init?(about object: KubernetesObject) {
        guard let uid = object.uid else { return nil }
        namespace = object.namespace
        fieldSelector = "involvedObject.uid=\(uid)"
    }

    private init(namespace: String) {
        self.namespace = namespace
        fieldSelector = nil
    }

    /// Those of the environment itself, and all in its namespace of the host.
    ///
    /// Whoever watches is also told of a namespace that is yet to come.
    static func all(about environment: KubernetesObject, isWatched: Bool) -> [EventScope] {
        let scope = EventScope(about: environment)
        let found = Environment(from: environment).status.namespace?.name
        let coming = isWatched ? environment.uid.map { Naming.hostNamespace(of: environment.name, uid: $0) } : nil
        return [scope, (found ?? coming).map { EventScope(namespace: $0) }].compactMap(\.self)
    }

    fileprivate var options: ListOptions { ListOptions(fieldSelector: fieldSelector, limit: 500) }
}

extension ClusterConnection {
    func events(in scope: EventScope) async throws -> [KubernetesObject] {
        try await client.listAll(.coreEvents, namespace: scope.namespace, scope.options).items
    }

    /// Gives what is there and what comes, again after every list.
    ///
    /// A scope that may be read no longer, as when the namespace goes, is told and left out; the last one ends it all.
    func follow(
        _ scopes: [EventScope], _ context: CommandContext,
        _ receive: @escaping @Sendable ([KubernetesObject]) throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: KubernetesError?.self) { group in
            for scope in scopes {
                group.addTask {
                    do {
                        try await follow(scope, context, receive)
                        return nil
                    } catch let error as KubernetesError where error.code == .forbidden {
                        return error
                    }
                }
            }
            var left = scopes.count
            for try await refusal in group {
                left -= 1
                guard let refusal else { continue }
                guard left > 0 else { throw refusal }
                try context.console.warn("events are left out: \(refusal.message)")
            }
        }
    }

    private func follow(
        _ scope: EventScope, _ context: CommandContext,
        _ receive: @escaping @Sendable ([KubernetesObject]) throws -> Void
    ) async throws {
        try await client.listAndWatch(
            .coreEvents, namespace: scope.namespace, scope.options, time: context.time,
            random: context.surroundings.random
        ) { update in
            switch update {
            case .listed(let events): try receive(events)
            case .upserted(let event): try receive([event])
            case .failed(let error, _) where !error.mayPass: throw error
            case .failed(let error, _): try context.console.note("\(error.message); trying again")
            case .synced, .deleted, .progressed: break
            }
        }
    }
}
