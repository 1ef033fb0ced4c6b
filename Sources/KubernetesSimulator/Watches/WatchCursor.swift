import Formats

/// Where one watch stands: what it still has to tell, and until when.
struct WatchCursor {
    var descriptor: ResourceDescriptor
    var namespace: String?
    var selection: Selection
    var form: ObjectForm
    /// Everything up to here has been told.
    var revision: UInt64
    /// Objects that were there when the watch began, still to be told as added.
    var initial: [StoredObject]
    var deadline: Timestamp
    var nextBookmark: Timestamp?
    /// The bookmark that ends the initial events was asked for and is still due.
    var owesInitialBookmark: Bool
}

/// What a watch does next.
enum WatchStep {
    case tell([WatchLine])
    case wait
    case end
}

/// One line of a watch, still without its text.
enum WatchLine {
    case added(StoredObject)
    case modified(StoredObject)
    case deleted(StoredObject)
    case bookmark(revision: UInt64, endsInitialEvents: Bool)
    case error(APIStatus)
}

extension Cluster {
    func watch(_ request: APIRequest, _ descriptor: ResourceDescriptor) throws(APIStatus) -> WatchCursor {
        let query = request.query
        let selection = try Selection(query, descriptor)
        let version = query["resourceVersion"] ?? ""
        let revision = version.isEmpty ? 0 : try Self.version(version)
        let namespace = request.path.namespace.isEmpty ? nil : request.path.namespace
        let wantsInitial = query.flag("sendInitialEvents") && query["sendInitialEvents"] != nil
        let startsNow = revision == 0 || wantsInitial
        let initial = startsNow ? store.objects(of: descriptor.table, in: namespace).filter(selection.includes) : []
        let timeout = query.integer("timeoutSeconds").map { Duration.seconds($0) } ?? settings.watchTimeout
        let wantsBookmarks = query.flag("allowWatchBookmarks")
        return WatchCursor(
            descriptor: descriptor,
            namespace: namespace,
            selection: selection,
            form: request.form,
            revision: startsNow ? store.revision : revision,
            initial: initial,
            deadline: now + timeout,
            nextBookmark: wantsBookmarks ? now + settings.bookmarkInterval : nil,
            owesInitialBookmark: wantsInitial && wantsBookmarks
        )
    }

    /// Moves a watch on by what it can be told at once.
    func step(_ cursor: inout WatchCursor) -> WatchStep {
        if !cursor.initial.isEmpty || cursor.owesInitialBookmark { return .tell(initialLines(&cursor)) }
        if cursor.revision < store.compactedRevision {
            let message = "too old resource version: \(cursor.revision) (\(store.compactedRevision))"
            cursor.revision = .max
            cursor.deadline = now
            return .tell([.error(.expired(message))])
        }
        let lines = store.events(of: cursor.descriptor.table, after: cursor.revision).compactMap {
            line($0, cursor)
        }
        if cursor.revision != .max { cursor.revision = max(cursor.revision, store.revision) }
        if !lines.isEmpty { return .tell(lines) }
        if now >= cursor.deadline { return .end }
        if let due = cursor.nextBookmark, now >= due {
            cursor.nextBookmark = now + settings.bookmarkInterval
            return .tell([.bookmark(revision: cursor.revision, endsInitialEvents: false)])
        }
        return .wait
    }

    private func initialLines(_ cursor: inout WatchCursor) -> [WatchLine] {
        var lines = cursor.initial.map { WatchLine.added($0) }
        cursor.initial = []
        if cursor.owesInitialBookmark {
            lines.append(.bookmark(revision: cursor.revision, endsInitialEvents: true))
            cursor.owesInitialBookmark = false
        }
        return lines
    }

    /// What a change means to a watch: an object that no longer matches is as good as deleted.
    private func line(_ event: StoreEvent, _ cursor: WatchCursor) -> WatchLine? {
        if let namespace = cursor.namespace, event.object.place.namespace != namespace { return nil }
        let was = event.previous.map(cursor.selection.includes) ?? false
        let isNow = event.kind != .deleted && cursor.selection.includes(event.object)
        return switch (was, isNow) {
        case (false, true): .added(event.object)
        case (true, true): .modified(event.object)
        case (true, false): .deleted(deletedForm(event))
        case (false, false): nil
        }
    }

    /// A watch is shown the last state that matched, at the revision of the change that ended it.
    private func deletedForm(_ event: StoreEvent) -> StoredObject {
        guard event.kind != .deleted, let previous = event.previous else { return event.object }
        return StoredObject(previous.json, at: previous.place, revision: event.revision)
    }
}
