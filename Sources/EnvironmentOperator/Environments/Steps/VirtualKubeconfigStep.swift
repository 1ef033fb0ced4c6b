import EnvironmentAPI
import Helm
import Kubernetes

extension EnvironmentPlan {
    /// The kubeconfig of a virtual cluster works, and the cluster that it was made for answers to it.
    static func virtualKubeconfig(_ observation: EnvironmentObservation) -> EnvironmentStep {
        guard let cluster = observation.virtualCluster, let kubeconfig = cluster.kubeconfig,
            let service = cluster.service, !observation.releaseChoice(cluster).isAsleep
        else { return .done() }
        let place = observation.releasePlace
        let server: String
        switch observation.exposure.server(of: service, release: place.release, namespace: place.namespace) {
        case .known(let known): server = known
        case .pending(let message):
            return .wait(Verdict(.isFalse, KubeconfigReason.waiting, message), recheckAfter: .seconds(5))
        }
        let making = VirtualKubeconfigMaking(observation, service: service, server: server)
        switch kubeconfig.need {
        case .name:
            return foreignKubeconfig(observation)
        case .source:
            return .wait(
                Verdict(
                    .isFalse, KubeconfigReason.waiting,
                    "The virtual cluster has not written Secret \(place.kubeconfigSecret) yet, which it does once "
                        + "after each start: if this stays, restart its pod."),
                recheckAfter: .seconds(5))
        case .issue(let replaced):
            return making.issue(replacing: replaced, recorded: kubeconfig.origin?.kubeSystemUID)
        case .nothing:
            return tried(cluster, kubeconfig, making)
        }
    }

    /// What was written works as long as the same cluster answers.
    private static func tried(
        _ cluster: ObservedVirtualCluster,
        _ kubeconfig: ObservedVirtualClusterKubeconfig,
        _ making: VirtualKubeconfigMaking
    ) -> EnvironmentStep {
        let written: KubeconfigSecret? = if case .present(let secret) = kubeconfig.written { secret } else { nil }
        if let written, kubeconfig.origin?.manifestsDigest != making.manifestsDigest {
            return making.issue(replacing: written, recorded: kubeconfig.origin?.kubeSystemUID)
        }
        switch cluster.probe {
        case .failed(let message):
            return .wait(Verdict(.isFalse, KubeconfigReason.rejected, message), recheckAfter: .seconds(5))
        case .answered(let answer) where answer.kubeSystemUID != kubeconfig.origin?.kubeSystemUID:
            // Data was lost. Where the class says that this is no matter, the new cluster takes the old one's place.
            return making.issue(replacing: written, recorded: kubeconfig.origin?.kubeSystemUID)
        case .answered, nil:
            return .done(ready)
        }
    }
}

/// How this environment's kubeconfig is made.
private struct VirtualKubeconfigMaking {
    let observation: EnvironmentObservation
    let service: VirtualClusterService
    let server: String
    let manifests: [KubernetesObject]
    let links: [KubernetesObject]
    let manifestsDigest: String

    init(_ observation: EnvironmentObservation, service: VirtualClusterService, server: String) {
        (self.observation, self.service, self.server) = (observation, service, server)
        let wanted = observation.environmentClass?.virtualCluster?.manifests ?? []
        manifests = wanted.map { KubernetesObject($0) }
        links = observation.links.flatMap(\.insideObjects)
        manifestsDigest = VirtualManifests.digest(of: manifests + links)
    }

    func issue(replacing: KubeconfigSecret?, recorded: String?) -> EnvironmentStep {
        let allowsAnother = observation.environmentClass?.virtualCluster?.allowDataLoss ?? false
        let place = observation.releasePlace
        var order = VirtualKubeconfigOrder(
            identity: observation.identity, release: place.release, service: service, server: server,
            replacing: replacing, recordedUID: allowsAnother ? nil : recorded, now: observation.now)
        order.declaredServers = [place.serviceAddress]
        order.manifests = manifests
        order.links = links
        order.manifestsDigest = manifestsDigest
        return .act(
            [.issueVirtualKubeconfig(order)],
            Verdict(.isFalse, KubeconfigReason.waiting, "The kubeconfig is tried and written."))
    }
}

extension EnvironmentObservation {
    var exposure: EnvironmentClass.VirtualCluster.Exposure {
        environmentClass?.virtualCluster?.exposure ?? EnvironmentClass.VirtualCluster.Exposure()
    }
}
