package import Helm
package import Kubernetes

extension DesiredRelease {
    /// A stored revision as it would be made again, whoever made it: for those who only look.
    ///
    /// - Throws: where it cannot be read, or holds what no virtual cluster's release may.
    package init(inspecting stored: StoredRelease) throws(HelmError) {
        let scope = ReleaseScope(
            name: stored.name, namespace: stored.namespace, owner: "", kinds: ReleaseKinds(ReleaseKinds.writable))
        try self.init(rollingBackTo: stored, in: scope)
    }
}

extension ReleaseObject {
    /// Whether a live object has every field as it is written here, but for what puts a workload to sleep.
    ///
    /// What the API server writes in another form than the chart counts as different.
    package func isAsWritten(_ live: KubernetesObject) -> Bool {
        guard let since = live.annotation(Pausing.dateAnnotation), Pausing.concerns(object) else {
            return live.isAsWanted(object)
        }
        return live.isAsWanted(Pausing.paused(object, since: since))
    }
}
