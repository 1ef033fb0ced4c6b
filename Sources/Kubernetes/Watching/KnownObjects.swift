/// Which objects a watch has told of, and in which version: about fifty bytes each.
///
/// Keyed by uid, so that a re-created object is another one.
struct KnownObjects: Sendable {
    private struct Entry {
        /// 0 where the resourceVersion has no order.
        var version: UInt64
        /// The last list that held the object.
        var list: UInt32
        /// Gone; kept until the next watch begins, so that an older event cannot bring it back.
        var isDeleted: Bool
    }

    private var entries: [ObjectUID: Entry] = [:]
    private var list: UInt32 = 0

    var count: Int { entries.count { !$0.value.isDeleted } }

    /// Takes an object of an event; `false` where a newer or the same version is known already.
    mutating func take(_ object: KubernetesObject, isDeleted: Bool) -> Bool {
        guard let uid = object.uid else { return true }
        let version = object.resourceVersion.flatMap(ResourceVersion.number) ?? 0
        let key = ObjectUID(uid)
        if version != 0, let known = entries[key] {
            // Some kinds' DELETED event carries the version of the last change.
            let isNews = known.isDeleted || !isDeleted ? version > known.version : version >= known.version
            guard isNews else { return false }
        }
        entries[key] = Entry(version: version, list: list, isDeleted: isDeleted)
        return true
    }

    /// Begins a list: what it does not hold until ``endList()`` is absent from it.
    mutating func beginList() { list &+= 1 }

    mutating func takeListed(_ objects: [KubernetesObject]) {
        for object in objects {
            guard let uid = object.uid else { continue }
            let version = object.resourceVersion.flatMap(ResourceVersion.number) ?? 0
            entries[ObjectUID(uid)] = Entry(version: version, list: list, isDeleted: false)
        }
    }

    /// Forgets what the list did not hold, and returns the uids of those not known to be deleted.
    mutating func endList() -> [String] {
        let missing = entries.filter { $0.value.list != list }
        for (uid, _) in missing { entries[uid] = nil }
        return missing.filter { !$0.value.isDeleted }.map(\.key.description).sorted()
    }

    /// Forgets the deleted: a watch that begins now tells nothing from before their end.
    mutating func forgetDeleted() {
        guard entries.contains(where: \.value.isDeleted) else { return }
        entries = entries.filter { !$0.value.isDeleted }
    }
}
