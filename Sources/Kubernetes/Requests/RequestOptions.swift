/// What a list or a watch selects, and how much of each object it returns.
package struct ListOptions: Sendable, Hashable {
    package var labelSelector: String?
    package var fieldSelector: String?
    /// Objects a page; `nil` leaves paging off.
    package var limit: Int?
    package var resourceVersion: String?
    /// Asks for `PartialObjectMetadata`: what most caches need, at a tenth of the bytes.
    ///
    /// `managedFields` are left out as well.
    package var metadataOnly = false

    package init(
        labelSelector: String? = nil,
        fieldSelector: String? = nil,
        limit: Int? = nil,
        resourceVersion: String? = nil,
        metadataOnly: Bool = false
    ) {
        self.labelSelector = labelSelector
        self.fieldSelector = fieldSelector
        self.limit = limit
        self.resourceVersion = resourceVersion
        self.metadataOnly = metadataOnly
    }
}

/// The part of an object a request addresses.
package enum Subresource: String, Sendable, Hashable, CaseIterable {
    case status
    case scale
    case token
    case eviction
    case log
    case finalizers
}

/// The three patches of the API, each with its own meaning.
package enum PatchType: String, Sendable, Hashable, CaseIterable {
    case merge = "application/merge-patch+json"
    case json = "application/json-patch+json"
    case strategicMerge = "application/strategic-merge-patch+json"
}

/// What a DELETE must still find; a request without `uid` would delete a re-created object of the same name.
package struct DeletePreconditions: Sendable, Hashable {
    package var uid: String
    package var resourceVersion: String?

    package init(uid: String, resourceVersion: String? = nil) {
        self.uid = uid
        self.resourceVersion = resourceVersion
    }
}

/// How the garbage collector treats what the deleted object owns.
package enum PropagationPolicy: String, Sendable, Hashable, CaseIterable {
    case background = "Background"
    case foreground = "Foreground"
    case orphan = "Orphan"
}

/// How a server-side apply meets the object that is there.
package enum ApplyExpectation: Sendable, Hashable {
    /// The object must be absent: a 201, or a 409 that touches nothing.
    ///
    /// Sent as `metadata.resourceVersion: "1"`, which no object has. A POST would leave an `Update` entry in
    /// `managedFields`, with which every later apply would conflict.
    case absent
    /// The object with this uid must be there: a 200, or an error that touches nothing.
    case uid(String)
    /// Whatever is there. Only for a human's `kubectl apply`, never for the operator.
    case any
}

/// One event of a watch.
package enum WatchEvent: Sendable, Hashable {
    case added(KubernetesObject)
    case modified(KubernetesObject)
    case deleted(KubernetesObject)
    /// Nothing changed up to this resourceVersion.
    case bookmark(resourceVersion: String)
}

/// One page of a list.
package struct ObjectList: Sendable, Hashable {
    package var items: [KubernetesObject]
    package var resourceVersion: String
    /// Where the next page starts; `nil` on the last.
    package var continueToken: String?
    package var remainingItemCount: Int64?

    package init(
        items: [KubernetesObject],
        resourceVersion: String,
        continueToken: String? = nil,
        remainingItemCount: Int64? = nil
    ) {
        self.items = items
        self.resourceVersion = resourceVersion
        self.continueToken = continueToken
        self.remainingItemCount = remainingItemCount
    }
}
