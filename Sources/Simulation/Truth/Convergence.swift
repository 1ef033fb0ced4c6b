import CodeHosts
import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator

/// I4: what is still missing for the cluster to be what everybody asked for, told from the truth alone.
struct Convergence: Sendable {
    static let title = "I4 convergence"

    let truth: Truth
    /// `nil` where there is none.
    var codeHost: SimulatedCodeHost?
    /// Somebody took a finalizer off: what was made for that Environment is nobody's to take down.
    var toleratesOrphans = false

    /// Each a thing that is missing or left over; empty where nothing is.
    func problems(at now: Timestamp) -> [String] {
        truth.environments.flatMap { environment in
            problems(environment, now).map { "\(environment.metadata.name): \($0)" }
        } + unjudged + orphans
    }

    private func problems(_ environment: Environment, _ now: Timestamp) -> [String] {
        if environment.metadata.deletionTimestamp != nil { return ["is still being deleted"] }
        if environment.isTerminated {
            let remains = truth.hostNamespace(of: environment) == nil ? [] : ["has ended, its namespace has not"]
            return remains + tombstone(environment)
        }
        if let pull = codeHost?.pull(of: environment), !pull.isOpen { return ["its pull request is \(pull.rawValue)"] }
        if codeHost?.pull(of: environment) != nil, environment.status.condition(.pullRequestOpen)?.status != .isTrue {
            return ["its pull request is open, and it does not say so"]
        }
        if let end = environment.status.expiresAt, end <= now { return ["should have ended at \(end)"] }
        guard let spec = environmentClass(of: environment) else { return [] }
        return claims(environment) + namespace(environment) + guards(environment, spec)
            + virtualCluster(environment, spec)
    }

    /// What ended with its pull request did so because that was over, and goes when it is open again.
    private func tombstone(_ environment: Environment) -> [String] {
        guard environment.status.condition(.ready)?.reason == ReadyReason.closed.rawValue,
            let pull = codeHost?.pull(of: environment)
        else { return [] }
        return pull.isOpen ? ["its pull request is open, and the record of its end is still there"] : []
    }

    private func environmentClass(of environment: Environment) -> EnvironmentClass.Spec? {
        truth[Kind.classes, "", environment.spec.environmentClassName]?["spec"].map { EnvironmentClass.Spec(json: $0) }
    }

    /// What it says of itself.
    private func claims(_ environment: Environment) -> [String] {
        var problems: [String] = []
        if environment.status.observedGeneration != environment.metadata.generation {
            problems.append("generation \(environment.metadata.generation) is not observed")
        }
        let ready = environment.status.condition(.ready)
        let isAsleep = environment.spec.suspend && ready?.reason == ReadyReason.suspended.rawValue
        if ready?.status != .isTrue, !isAsleep {
            problems.append("is not ready: \(ready?.reason ?? "nothing said"), \(ready?.message ?? "")")
        }
        return problems
    }

    private func namespace(_ environment: Environment) -> [String] {
        guard let namespace = truth.hostNamespace(of: environment) else { return ["has no namespace"] }
        if namespace.isDeleting { return ["its namespace goes"] }
        return namespace.uid == environment.status.namespace?.uid ? [] : ["its namespace is another than it says"]
    }

    private func guards(_ environment: Environment, _ spec: EnvironmentClass.Spec) -> [String] {
        let place = EnvironmentNamespace.name(of: environment)
        var problems: [String] = []
        func require(_ resource: String, _ name: String, _ isWanted: Bool = true) {
            guard truth.has(resource, place, name) != isWanted else { return }
            problems.append("\(isWanted ? "lacks" : "still has") \(resource) \(name)")
        }
        require("resourcequotas", Words.Fixed.resourceQuota, !spec.quota.isEmpty)
        require("limitranges", Words.Fixed.limitRange, !spec.limitRange.isEmpty)
        require(Kind.networkPolicies, Words.Fixed.networkPolicyIsolation, spec.network.mode == .isolated)
        require(Kind.roleBindings, Words.Binding.operator.rawValue)
        // Of one that sleeps it is kept, where there was one.
        if !environment.spec.suspend { require("secrets", Words.Fixed.kubeconfigSecret) }
        let quota = truth["resourcequotas", place, Words.Fixed.resourceQuota]?[path: "spec", "hard", "pods"]?.string
        let wanted = truth[Kind.classes, "", environment.spec.environmentClassName]?[
            path: "spec", "quota", "hard", "pods"
        ]?.string
        if let wanted, quota != wanted { problems.append("its quota of pods is \(quota ?? "none"), not \(wanted)") }
        return problems
    }

    private func virtualCluster(_ environment: Environment, _ spec: EnvironmentClass.Spec) -> [String] {
        guard spec.isolation == .virtualCluster else { return [] }
        let place = EnvironmentNamespace.name(of: environment)
        let release = Naming.release(of: environment.metadata.name)
        guard let workload = truth[Kind.statefulSets, place, release] else { return ["has no control plane"] }
        var problems: [String] = []
        let replicas = workload[path: "spec", "replicas"]?.integer ?? 1
        if replicas != (environment.spec.suspend ? 0 : 1) {
            problems.append("its control plane has \(replicas) replicas")
        }
        let records = truth.objects("secrets", in: place).filter { $0.label("owner") == "helm" }
        let deployed = records.filter { $0.label("status") == "deployed" }
        if deployed.count != 1 { problems.append("\(deployed.count) revisions of its release are deployed") }
        if records.contains(where: { $0.label("status")?.hasPrefix("pending") == true }) {
            problems.append("an operation of its release is on its way")
        }
        return problems
    }

    /// Classes of which it is not said whether they are in order.
    private var unjudged: [String] {
        truth.objects(Kind.classes).map { EnvironmentClass(from: KubernetesObject($0)) }
            .filter { !$0.metadata.isDeleting && $0.status.observedGeneration != $0.metadata.generation }
            .map { "\($0.metadata.name): generation \($0.metadata.generation) of the class is not observed" }
    }

    /// Namespaces whose Environment is gone or has ended.
    private var orphans: [String] {
        guard !toleratesOrphans else { return [] }
        let owners = Set(truth.environments.map(\.metadata.uid))
        return truth.objects("namespaces").filter { namespace in
            namespace.environmentUID.map { !owners.contains($0) } ?? false
        }.map { "namespace \($0.name) outlives its environment" }
    }
}
