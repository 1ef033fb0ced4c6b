package import Kubernetes

extension DesiredRelease {
    /// The same release, some of whose objects are for now otherwise than it says.
    ///
    /// What a release's record keeps of it stays: it is not another revision.
    package func mappingObjects(_ transform: (ReleaseObject) -> KubernetesObject) -> DesiredRelease {
        DesiredRelease(
            scope: scope, chart: chart, config: config, manifest: manifest, notes: notes,
            objects: objects.map { object in
                ReleaseObject(
                    key: object.key, resource: object.resource, object: transform(object), path: object.path,
                    isKept: object.isKept)
            },
            hooks: hooks, digest: digest)
    }
}
