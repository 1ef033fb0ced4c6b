package import Kubernetes

/// An object as it shall be, and what is expected to be there now.
package struct DesiredObject: Sendable, Hashable {
    package var object: KubernetesObject
    package var resource: APIResource
    /// Nothing, or the object with a uid that was seen; the operator never writes onto whatever is there.
    package var expectation: ApplyExpectation

    package init(_ object: KubernetesObject, of resource: APIResource, expecting expectation: ApplyExpectation) {
        precondition(expectation != .any, "an apply says what it expects to find")
        self.object = object
        self.resource = resource
        self.expectation = expectation
    }

    package var key: ObjectKey { ObjectKey(resource, namespace: object.namespace, name: object.name) }
}

/// Somebody else's object has a name that we want: it is never adopted, changed or deleted.
package struct NameConflict: Error, Sendable, Hashable, CustomStringConvertible {
    package var key: ObjectKey
    package var uid: String

    package init(key: ObjectKey, uid: String) {
        self.key = key
        self.uid = uid
    }

    package var description: String {
        "\(key) exists (uid \(uid)) and is not ours: delete or rename it, or choose another name"
    }
}

/// How an apply ended.
package enum ApplyResult: Sendable, Hashable {
    /// The object is there as desired; as the server answered.
    case applied(KubernetesObject)
    case nameConflict(NameConflict)
    /// What was observed is not there any more, or is on its way out: nothing was written, observe again.
    case outdated(ObjectKey)
}

/// How far a list of applies came.
package struct ApplyReport: Sendable, Hashable {
    /// What is there as desired, in order.
    package var applied: [KubernetesObject] = []
    /// Why the next one is not; what follows it was not tried.
    package var stopped: ApplyResult?

    package init() {}
}

/// How a delete ended.
package enum DeleteResult: Sendable, Hashable {
    /// No object of that uid is there.
    case gone
    /// It awaits its finalizers.
    case terminating(KubernetesObject)
}
