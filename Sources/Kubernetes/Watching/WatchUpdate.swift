/// What a list and the watch after it tell about a resource's objects.
package enum WatchUpdate: Sendable, Hashable {
    /// A page of a list that is under way: these objects are there.
    ///
    /// Nothing follows for objects that are not in it, and a list may begin again before it is complete.
    case listed([KubernetesObject])
    /// The list is complete.
    ///
    /// `absent` holds the uids of objects that were known before and that the list did not hold. They are
    /// candidates: a list may be wrong, so a live read must confirm each before anything is concluded from it.
    case synced(resourceVersion: String, absent: [String])
    /// The object was created or changed.
    case upserted(KubernetesObject)
    /// The object is gone, or no longer selected; as it last was.
    case deleted(KubernetesObject)
    /// All changes up to this resourceVersion have been told.
    case progressed(resourceVersion: String)
    /// Nothing is known of what happens now; it is tried again by itself after the wait.
    case failed(KubernetesError, retryingAfter: Duration)
}
