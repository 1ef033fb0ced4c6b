import Formats

extension JSONSelection {
    /// An object's metadata but for `managedFields`, which is most of it and which no cache looks at.
    private static let metadata: JSONSelection = .members(
        names([
            "name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
            "deletionGracePeriodSeconds", "labels", "annotations", "ownerReferences", "finalizers",
        ]))

    /// Of a list what a list of metadata needs.
    static let listOfMetadata: JSONSelection = {
        var list = names(["kind", "metadata"])
        list["items"] = .elements(.members(["metadata": metadata]))
        return .members(list)
    }()

    /// Of a watch's line what an event of metadata needs, and what its `ERROR` event's Status says.
    static let eventOfMetadata: JSONSelection = {
        var object = names(["kind", "code", "reason", "message", "details"])
        object["metadata"] = metadata
        return .members(["type": .everything, "object": .members(object)])
    }()

    private static func names(_ names: [String]) -> [String: JSONSelection] {
        Dictionary(uniqueKeysWithValues: names.map { ($0, .everything) })
    }
}
