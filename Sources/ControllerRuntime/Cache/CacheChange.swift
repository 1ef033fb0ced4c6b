package import Kubernetes

/// What a cache keeps of one object.
package struct CachedObject<Element: Sendable>: Sendable {
    package var name: NamespacedName
    package var uid: ObjectUID
    package var resourceVersion: String
    package var element: Element

    package init(name: NamespacedName, uid: ObjectUID, resourceVersion: String, element: Element) {
        self.name = name
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.element = element
    }
}

/// One change of a cache.
package enum CacheChange<Element: Sendable>: Sendable {
    case added(CachedObject<Element>)
    case changed(from: CachedObject<Element>, to: CachedObject<Element>)
    /// A list has shown the object again, as it was: the sweep that heals what no watch told.
    case unchanged(CachedObject<Element>)
    /// The cache no longer holds the object; as it last was.
    ///
    /// That is a reason to look, never a proof of absence: a list may be wrong.
    case removed(CachedObject<Element>)

    /// The object, as it is or last was.
    package var object: CachedObject<Element> {
        switch self {
        case .added(let object), .changed(from: _, to: let object), .unchanged(let object), .removed(let object):
            object
        }
    }

    /// The lane in which whoever is concerned is to be queued.
    package var lane: WorkLane {
        if case .unchanged = self { .sweep } else { .change }
    }
}
