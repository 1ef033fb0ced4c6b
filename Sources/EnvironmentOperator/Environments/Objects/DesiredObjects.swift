import EnvironmentAPI
import Kubernetes

/// What is to stand in an environment's namespace, but for its release: made once for all the steps of a pass.
struct DesiredObjects: Sendable, Hashable {
    /// What gives the operator its rights there.
    let selfBinding: WantedObject
    /// What stands before anything can make a pod, and until the last pod is gone.
    let guards: [WantedObject]
    /// What gives people and pipelines access.
    let grants: [WantedObject]
    /// What serves a model, or leads to one.
    var serving: [WantedObject] = []

    init(
        of environment: Environment,
        _ identity: OwnerIdentity,
        _ environmentClass: EnvironmentClass.Spec?,
        _ links: [InferenceLink],
        operator account: Subject
    ) {
        selfBinding = WantedObject(identity.selfBinding(operator: account), of: .roleBindings)
        guard let environmentClass else {
            guards = []
            grants = []
            return
        }
        guards = Self.guards(environment, identity, environmentClass, links, account)
        grants = Self.grants(environment, identity, environmentClass)
        // A virtual cluster's pods ask its own DNS: what they need is put inside.
        if environmentClass.virtualCluster == nil { serving = identity.inferenceServices(links) }
    }

    /// What stands for an inference endpoint.
    init(of identity: OwnerIdentity, guards: [WantedObject], serving: [WantedObject], operator account: Subject) {
        selfBinding = WantedObject(identity.selfBinding(operator: account), of: .roleBindings)
        self.guards = guards
        self.serving = serving
        grants = []
    }

    /// Whether an object is of those that serve a model, by its kind.
    static func serves(_ key: ObjectKey) -> Bool {
        [.services, .endpoints, .persistentVolumeClaims, .deployments, .ingresses].contains(key.resource)
    }

    var keys: Set<ObjectKey> { Set((guards + grants + serving + [selfBinding]).map(\.key)) }

    private static func guards(
        _ environment: Environment,
        _ identity: OwnerIdentity,
        _ environmentClass: EnvironmentClass.Spec,
        _ links: [InferenceLink],
        _ account: Subject
    ) -> [WantedObject] {
        var guards: [WantedObject] = []
        if let quota = identity.resourceQuota(environment.effectiveQuota(in: environmentClass)) {
            guards.append(WantedObject(quota, of: .resourceQuotas))
        }
        if let range = identity.limitRange(environmentClass.limitRange) {
            guards.append(WantedObject(range, of: .limitRanges))
        }
        var policies = identity.networkPolicies(environmentClass.network)
        if let exposure = environmentClass.virtualCluster?.exposure, environmentClass.network.mode == .isolated {
            policies.append(
                identity.controlPlanePolicy(ReleasePlace(identity), environmentClass.network, exposure, account))
        }
        if environmentClass.network.mode == .isolated, let policy = identity.inferencePolicy(links) {
            policies.append(policy)
        }
        return guards + policies.map { WantedObject($0, of: .networkPolicies) }
    }

    private static func grants(
        _ environment: Environment,
        _ identity: OwnerIdentity,
        _ environmentClass: EnvironmentClass.Spec
    ) -> [WantedObject] {
        let subjects = environment.effectiveAccess(in: environmentClass)
        var bindings = identity.accessBindings(environmentClass.effectiveTenantRole, to: subjects)
        guard let cluster = environmentClass.virtualCluster else {
            return [WantedObject(identity.tenantServiceAccountObject(), of: .serviceAccounts)]
                + bindings.map { WantedObject($0, of: .roleBindings) }
        }
        bindings.append(identity.controlPlaneBinding(ReleasePlace(identity)))
        let exposure = cluster.exposure
        if exposure.type == .clusterIP, exposure.clusterIP?.portForward ?? EnvironmentClass.Defaults.portForward {
            bindings.append(identity.portForwardBinding(to: subjects))
        }
        return bindings.map { WantedObject($0, of: .roleBindings) }
    }
}
