package import Kubernetes

/// An object of a release as it shall be, with the labels and annotations that it gets from Helm and from its owner.
package struct ReleaseObject: Sendable, Hashable {
    /// Which object it is, whatever the version in which the chart writes it.
    package let key: ObjectKey
    /// The resource in the object's own version, for writing it.
    package let resource: APIResource
    package let object: KubernetesObject
    /// The template that it comes from.
    package let path: String
    /// `helm.sh/resource-policy: keep`: it stays where the release goes.
    package let isKept: Bool
}

/// A hook, with the object that it makes.
package struct DesiredHook: Sendable, Hashable {
    package var hook: ReleaseHook
    package var object: ReleaseObject
}

extension ReleaseObject: CustomStringConvertible, CustomReflectable {
    package var description: String { key.description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
