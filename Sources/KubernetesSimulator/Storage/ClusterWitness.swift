package import Formats

/// What happened in a cluster: its truth, whatever anybody was told of it.
package enum ClusterFact: Sendable {
    /// A request that could have changed something was answered, or refused.
    case request(WriteRecord)
    /// An object is in a new state, whoever changed it.
    case change(ObjectChange)
    /// A planned fault struck a request of this identity.
    case fault(Fault.Effect, Identity)
}

/// An object before and after a change.
package struct ObjectChange: Sendable {
    /// `pods`, `deployments.apps`.
    package var resource: String
    package var namespace: String
    package var name: String
    package var uid: String
    /// `nil`: it was not there.
    package var before: JSONValue?
    /// `nil`: it is gone.
    package var after: JSONValue?
    /// The revision of the change.
    package var revision: UInt64
    package var time: Timestamp
    /// Whose request it came from; `nil` for what the cluster's own controllers do.
    package var author: Identity?
}

/// Is told all that happens in a cluster, in order, as soon as it has happened.
package protocol ClusterWitness: Sendable {
    func witness(_ facts: [ClusterFact])
}

extension ObjectChange {
    init(_ event: StoreEvent, at time: Timestamp, by author: Identity?) {
        let place = event.object.place
        (resource, namespace, name) = (place.table.text, place.namespace, place.name)
        uid = event.object.uid
        before = event.previous?.json
        // A nil literal would be JSON's null.
        after = event.kind == .deleted ? .none : .some(event.object.json)
        revision = event.revision
        self.time = time
        self.author = author
    }
}
