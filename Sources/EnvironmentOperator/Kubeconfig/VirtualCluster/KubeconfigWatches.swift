package import ControllerRuntime
package import Kubernetes
import Synchronization

/// Short watches on the Secrets in which virtual clusters that start will leave their kubeconfigs.
///
/// Each lasts until the Secret is there, and a minute at most; beyond a number of them, looking again now and then
/// must do. A watch costs the API server as much as an environment's other objects together, so none is kept.
package final class KubeconfigWatches: Sendable {
    private struct Awaited: Sendable {
        var key: ObjectKey
        var environment: NamespacedName
    }

    private let client: KubernetesClient
    private let appeared: @Sendable (NamespacedName) -> Void
    private let requests: AsyncStream<Awaited>
    private let continuation: AsyncStream<Awaited>.Continuation
    private let watched = Mutex<Set<ObjectKey>>([])

    private static let limit = 100
    private static let lifetime: Duration = .seconds(60)

    /// `appeared` is told of the environment whose Secret is there.
    package init(client: KubernetesClient, appeared: @escaping @Sendable (NamespacedName) -> Void) {
        self.client = client
        self.appeared = appeared
        (requests, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.limit))
    }

    /// Begins to watch for a Secret, unless it is watched for already.
    package func await(_ key: ObjectKey, for environment: NamespacedName) {
        let isNew = watched.withLock { $0.count < Self.limit && $0.insert(key).inserted }
        if isNew { continuation.yield(Awaited(key: key, environment: environment)) }
    }

    /// Watches until the task is cancelled.
    package func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for await awaited in requests { group.addTask { try await self.watch(awaited) } }
        }
    }

    private func watch(_ awaited: Awaited) async throws {
        defer { watched.withLock { _ = $0.remove(awaited.key) } }
        let options = ListOptions(fieldSelector: "metadata.name=\(awaited.key.name)", metadataOnly: true)
        do {
            try await client.watch(
                .secrets, namespace: awaited.key.namespace, options, timeout: Self.lifetime
            ) { event in
                if case .added = event { throw Appeared() }
            }
        } catch is Appeared {
            appeared(awaited.environment)
        } catch is KubernetesError {
            // The environment is looked at again in any case.
            return
        }
    }

    /// Ends a watch that has seen what it was for.
    private struct Appeared: Error {}
}
