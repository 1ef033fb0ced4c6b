package import Formats

/// A place in a virtual cluster's values that a class may not set, and what to do instead.
///
/// Each would give the release, and through it its tenants, more than its own namespace; or belongs to the class or
/// the operator. What is rendered is checked once more before the first write.
struct ReservedValue: Sendable {
    let path: [String]
    let instruction: String
    /// A value that changes nothing, and so may stand there.
    let harmless: JSONValue?

    private init(_ path: String, harmless: JSONValue? = nil, _ instruction: String) {
        self.path = path.split(separator: ".").map(String.init)
        self.instruction = instruction
        self.harmless = harmless
    }

    static let all: [ReservedValue] = [
        ReservedValue(
            "rbac.role", harmless: ["enabled": false],
            "the control plane has the static role \(Words.Role.vcluster.rawValue): remove it"),
        ReservedValue(
            "rbac.clusterRole", harmless: ["enabled": false],
            "the operator makes no cluster-wide roles: remove it, and have an administrator bind what is needed"),
        ReservedValue(
            "sync.toHost.namespaces.enabled", harmless: false,
            "it needs rights on every Secret of the host: remove it"),
        ReservedValue(
            "experimental.multiNamespaceMode.enabled", harmless: false,
            "it needs rights on every Secret of the host: remove it"),
        ReservedValue("experimental.deploy.host", "it writes any object to the host: remove it"),
        ReservedValue(
            "sync.fromHost.nodes.syncBackChanges", harmless: false, "it changes the host's nodes: remove it"),
        ReservedValue(
            "networking.replicateServices.fromHost", harmless: [],
            "it needs rights on Services of the whole host: remove it"),
        ReservedValue("controlPlane.advanced.serviceAccount.name", harmless: "", "rights are bound by name: remove it"),
        ReservedValue("exportKubeConfig", "the kubeconfig is the operator's to place: remove it"),
        ReservedValue(
            "controlPlane.statefulSet.highAvailability.replicas",
            "set spec.virtualCluster.replicas of the class instead"),
        ReservedValue(
            "controlPlane.service.spec.type", "set spec.virtualCluster.exposure of the class instead"),
        ReservedValue(
            "controlPlane.ingress.enabled", harmless: false,
            "set spec.virtualCluster.exposure of the class instead"),
    ]

    /// Whether a path of values ends up here: it is this place, leads to it, or leads into it.
    func touches(_ other: [String]) -> Bool { zip(path, other).allSatisfy(==) }
}

extension EnvironmentClass.Spec {
    /// Notes what the class's values and parameters may not set.
    func checkValues(_ log: ViolationLog) {
        guard let virtualCluster else { return }
        if network.mode == .isolated, network.apiServerCIDRs.isEmpty {
            let path = "spec.network.apiServerCIDRs"
            log.note(
                path,
                "\(path) is empty, and a virtual cluster's control plane must reach the host's API server: list its "
                    + "addresses, which 'kubectl get endpoints kubernetes' shows, or set spec.network.mode to Open")
        }
        let root = "spec.virtualCluster.values"
        for reserved in ReservedValue.all {
            guard let found = virtualCluster.values[keys: reserved.path], found != reserved.harmless, !found.isNull
            else { continue }
            let path = "\(root).\(reserved.path.joined(separator: "."))"
            log.note(path, "\(path) is not a class's to set: \(reserved.instruction)")
        }
        for path in virtualCluster.values.hostPaths(at: root) {
            log.note(path, "\(path) mounts a directory of the host's nodes: use a volume claim")
        }
        for (index, parameter) in parameters.enumerated() {
            let path = "spec.parameters[\(index)].path"
            let keys = parameter.path.split(separator: ".").map(String.init)
            for reserved in ReservedValue.all where reserved.touches(keys) {
                log.note(
                    path, "\(path) \(parameter.path.shown) is not a user's to set: \(reserved.instruction)")
            }
        }
    }
}

extension JSONValue {
    /// The value at a path of keys.
    package subscript(keys path: some Sequence<String>) -> JSONValue? {
        var value: JSONValue? = self
        for key in path { value = value?[key] }
        return value
    }

    /// Where a volume of the host's is named, at any depth that a class can have.
    fileprivate func hostPaths(at path: String) -> [String] {
        switch self {
        case .object(let members):
            members.flatMap { member in
                member.key == "hostPath" && !member.value.isNull && member.value != .emptyObject
                    ? ["\(path).hostPath"] : member.value.hostPaths(at: "\(path).\(member.key.shown)")
            }
        case .array(let elements):
            elements.enumerated().flatMap { $0.element.hostPaths(at: "\(path)[\($0.offset)]") }
        default: []
        }
    }
}
