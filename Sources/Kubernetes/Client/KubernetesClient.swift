package import Formats
package import HTTPModel

/// Speaks to one API server: builds requests, reads replies, opens nothing itself.
package struct KubernetesClient: Sendable {
    package let transport: any HTTPTransport
    /// The owner of fields that this client applies.
    package let fieldManager: String

    package init(transport: any HTTPTransport, fieldManager: String = "envfactory") {
        self.transport = transport
        self.fieldManager = fieldManager
    }
}

// MARK: - Reading

extension KubernetesClient {
    /// Reads one object; with `metadataOnly` its `PartialObjectMetadata`.
    package func get(
        _ key: ObjectKey,
        metadataOnly: Bool = false,
        subresource: Subresource? = nil
    ) async throws -> KubernetesObject {
        throw KubernetesError(.unknown, "stub")
    }

    /// As ``get(_:metadataOnly:subresource:)``, `nil` where the object does not exist.
    package func find(_ key: ObjectKey, metadataOnly: Bool = false) async throws -> KubernetesObject? {
        throw KubernetesError(.unknown, "stub")
    }

    /// Reads one page of a list.
    package func list(
        _ resource: APIResource,
        namespace: String? = nil,
        _ options: ListOptions = ListOptions(),
        continueToken: String? = nil
    ) async throws -> ObjectList {
        throw KubernetesError(.unknown, "stub")
    }

    /// Reads all pages, from the first again where the continue token expires; never returns a part.
    package func listAll(
        _ resource: APIResource,
        namespace: String? = nil,
        _ options: ListOptions = ListOptions(limit: 500)
    ) async throws -> ObjectList {
        throw KubernetesError(.unknown, "stub")
    }

    /// Watches from `resourceVersion` on and hands over every event, one at a time, until the server ends the stream.
    ///
    /// - Throws: `KubernetesError` with `.expired` when the resourceVersion is too old: list again.
    package func watch(
        _ resource: APIResource,
        namespace: String? = nil,
        _ options: ListOptions,
        timeout: Duration,
        _ receive: (WatchEvent) async throws -> Void
    ) async throws {
        throw KubernetesError(.unknown, "stub")
    }
}

// MARK: - Writing

extension KubernetesClient {
    /// Server-side apply: creates or changes exactly the fields that `object` holds.
    package func apply(
        _ object: KubernetesObject,
        to resource: APIResource,
        expecting expectation: ApplyExpectation,
        force: Bool = true,
        subresource: Subresource? = nil,
        dryRun: Bool = false
    ) async throws -> KubernetesObject {
        throw KubernetesError(.unknown, "stub")
    }

    package func create(
        _ object: KubernetesObject,
        as resource: APIResource,
        dryRun: Bool = false
    ) async throws -> KubernetesObject {
        throw KubernetesError(.unknown, "stub")
    }

    /// Replaces an object; its `metadata.resourceVersion` makes this a compare-and-set.
    package func replace(
        _ object: KubernetesObject,
        of resource: APIResource,
        subresource: Subresource? = nil,
        dryRun: Bool = false
    ) async throws -> KubernetesObject {
        throw KubernetesError(.unknown, "stub")
    }

    /// Patches an object; `metadata.uid` and `metadata.resourceVersion` inside a merge patch are preconditions.
    package func patch(
        _ key: ObjectKey,
        _ type: PatchType,
        _ patch: JSONValue,
        subresource: Subresource? = nil,
        dryRun: Bool = false
    ) async throws -> KubernetesObject {
        throw KubernetesError(.unknown, "stub")
    }

    /// Deletes the object with that uid; `nil` once it is gone, else the object that awaits its finalizers.
    package func delete(
        _ key: ObjectKey,
        _ preconditions: DeletePreconditions,
        propagation: PropagationPolicy = .background,
        gracePeriodSeconds: Int? = nil,
        dryRun: Bool = false
    ) async throws -> KubernetesObject? {
        throw KubernetesError(.unknown, "stub")
    }
}
