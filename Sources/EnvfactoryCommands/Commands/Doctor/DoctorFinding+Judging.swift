import ControllerRuntime
import EnvironmentAPI
import Formats
import Kubernetes

// What each sight means: decided from what was read alone.

extension DoctorFinding {
    static func server(_ version: ServerVersion) -> DoctorFinding {
        guard !version.hasAdmissionPolicies else { return DoctorFinding("server", .ok, version.text) }
        return DoctorFinding(
            "server", .warning, "\(version.text) has no admission policies: roles alone narrow the operator's rights",
            advice: "upgrade to 1.30 or newer; until then let nobody else write as the operator's service account")
    }

    static func clock(local: Timestamp, server: Timestamp?) -> DoctorFinding? {
        guard let server else { return nil }
        let difference = max(local, server) - min(local, server)
        guard difference > .seconds(30) else {
            return DoctorFinding("clock", .ok, "this machine's clock and the server's agree")
        }
        return DoctorFinding(
            "clock", .warning, "this machine's clock is \(Age.text(difference)) from the server's",
            advice: "set it: certificates and tokens are judged by it, what expires is not")
    }

    static func definitions(served: [String]) -> DoctorFinding {
        let wanted = [APIResource.environments, .environmentClasses, .inferenceEndpoints].map(\.qualifiedName)
        let missing = wanted.filter { !served.contains($0) }
        guard !missing.isEmpty else {
            return DoctorFinding("definitions", .ok, "\(Words.group) is served with its \(wanted.count) kinds")
        }
        return DoctorFinding(
            "definitions", .failure, "the server knows no \(missing.joined(separator: ", "))",
            advice: "'envfactory install' installs what is missing; it needs an administrator")
    }

    static func policies(found: [String], on version: ServerVersion) -> DoctorFinding? {
        guard version.hasAdmissionPolicies else { return nil }
        typealias Names = Words.Installation
        let missing = [Names.namespacePolicy, Names.bindingPolicy, Names.kubeconfigPolicy].filter {
            !found.contains($0)
        }
        guard !missing.isEmpty else {
            return DoctorFinding("policies", .ok, "the admission policies that narrow the operator's rights are bound")
        }
        return DoctorFinding(
            "policies", .failure,
            "not bound: \(missing.joined(separator: ", ")), so that the operator may bind its roles anywhere",
            advice: "'envfactory install' applies them; it needs an administrator")
    }

    static func `operator`(_ lease: LeaseRecord?, now: Timestamp) -> DoctorFinding {
        let advice =
            "look at its pods: kubectl get pods --namespace \(Words.Installation.namespace)"
        guard let lease, !lease.holder.isEmpty else {
            return DoctorFinding(
                "operator", .failure, "no operator leads: nothing is made and nothing ends", advice: advice)
        }
        guard let renewed = lease.renewed, now - renewed > .seconds(60) else {
            return DoctorFinding("operator", .ok, "\(lease.holder) leads")
        }
        return DoctorFinding(
            "operator", .failure, "\(lease.holder) led, and has not been heard of for \(Age.text(now - renewed))",
            advice: advice)
    }

    static func pause(_ notice: PauseNotice) -> DoctorFinding {
        guard let banner = notice.banner else { return DoctorFinding("pause", .ok, "nothing is held") }
        return DoctorFinding("pause", .warning, banner)
    }

    static func environmentClass(_ item: EnvironmentClass) -> DoctorFinding {
        let check = "class \(item.metadata.name)"
        let accepted = item.status.conditions.first { $0.type == ConditionType.accepted.rawValue }
        switch accepted?.status {
        case .isTrue:
            return DoctorFinding(check, .ok, "accepted, with isolation \(item.spec.isolation?.rawValue ?? "unknown")")
        case .isFalse:
            return DoctorFinding(check, .failure, accepted?.message ?? "not accepted", advice: "correct the class")
        default: return DoctorFinding(check, .unknown, "the operator has not judged it yet")
        }
    }

    static func right(_ verb: String, _ resource: String, in namespace: String?, isAllowed: Bool) -> DoctorFinding {
        let place = namespace.map { " in \($0)" } ?? ""
        guard !isAllowed else { return DoctorFinding("rights", .ok, "you may \(verb) \(resource)\(place)") }
        return DoctorFinding(
            "rights", .failure, "you may not \(verb) \(resource)\(place)",
            advice: namespace.map {
                "have an administrator run: kubectl create rolebinding envfactory-users --clusterrole edit --user <you> "
                    + "--namespace \($0)"
            } ?? "have an administrator bind you to ClusterRole \(Words.Installation.classesView)")
    }

    /// What a chart repository answered for its index; from here, and not from where the operator is.
    static func chart(_ name: String, _ address: String, _ status: Int?, _ trouble: String?) -> DoctorFinding {
        let check = "chart of \(name)"
        switch status {
        case 200?: return DoctorFinding(check, .ok, "\(address) answers from here")
        case 401?, 403?:
            return DoctorFinding(
                check, .ok, "\(address) answers from here, and wants the credentials that the class names")
        default:
            let why = trouble ?? "status \(status ?? 0)"
            return DoctorFinding(
                check, .warning, "\(address) does not answer from here: \(why)",
                advice: "see that the operator's pod reaches it; a class's condition says so where it does not")
        }
    }

    /// What could not be looked at.
    init(_ check: String, _ error: any Error) {
        let failure = CommandFailure(error)
        let grade: Grade = failure.code == .forbidden || failure.code == .notFound ? .unknown : .failure
        self.init(check, grade, failure.message)
    }
}

extension ServerVersion {
    /// Serves ValidatingAdmissionPolicies, by which the operator's rights are narrowed.
    var hasAdmissionPolicies: Bool { self >= ServerVersion(major: 1, minor: 30) }
}

extension LeaseRecord {
    /// When its holder was last heard of; `nil` where that cannot be read.
    fileprivate var renewed: Timestamp? {
        guard let renewTime else { return nil }
        do { return try Timestamp(renewTime) } catch { return nil }
    }
}
