/// A rule about several fields, or about a change: the API server enforces it by CEL, the operator by itself.
///
/// Every rule has a twin in the validation, which notes it in ``Violation/rule``: servers before 1.25 know no CEL.
package enum Rule: String, Sendable, Hashable, CaseIterable {
    case nameLength
    case nameReserved
    case classNameImmutable
    case durationPositive
    case subjectNamespace
    case subjectSystem
    case isolationImmutable
    case virtualClusterPresence
    case tenantRoleIsolation
    case parametersIsolation
    case defaultWithinMaximum
    case warningsDescending
    case limitsOrdered
    case selectorValues
    case limitRangeDefaults
    case openNetworkHasNoRules
    case peerKind
    case portRange
    case exposureUnion
    case parameterRange
    case hostPresence
    case engineImagePresence
    case cachePresence
    case modelFilePresence
    case customCommandPresence
    case digestOfFile
    case plainSourceDigest
    case webUIImagePresence
    case ingressHostPresence
}

extension Rule {
    /// The rule as the API server evaluates it at the field where the definition holds it.
    package var expression: String {
        switch self {
        case .nameLength: "self.metadata.name.size() <= \(Naming.nameLimit) && !self.metadata.name.contains('.')"
        case .nameReserved: "!self.metadata.name.startsWith('kube-') && self.metadata.name != 'default'"
        case .classNameImmutable, .isolationImmutable: "self == oldSelf"
        case .durationPositive: "duration(self) > duration('0s')"
        case .subjectNamespace: "(self.kind == 'ServiceAccount') == has(self.__namespace__)"
        case .subjectSystem: "!self.name.startsWith('system:') || self.name.startsWith('system:serviceaccounts:')"
        case .virtualClusterPresence: "(self.isolation == 'VirtualCluster') == has(self.virtualCluster)"
        case .tenantRoleIsolation:
            "self.isolation == 'Namespace' || !has(self.tenantRole) || self.tenantRole == 'None'"
        case .parametersIsolation:
            "self.isolation == 'VirtualCluster' || !has(self.parameters) || self.parameters.size() == 0"
        case .defaultWithinMaximum: "!has(self.default) || duration(self.default) <= duration(self.maximum)"
        case .warningsDescending:
            "[0, 1, 2, 3, 4, 5, 6, 7, 8].all(i, i + 1 >= self.size() || duration(self[i]) > duration(self[i + 1]))"
        case .limitsOrdered:
            "!has(self.maxEnvironments) || !has(self.maxEnvironmentsPerNamespace)"
                + " || self.maxEnvironmentsPerNamespace <= self.maxEnvironments"
        case .selectorValues:
            "(self.operator in ['In', 'NotIn']) == (has(self.values) && self.values.size() > 0)"
        case .limitRangeDefaults:
            "self.type == 'Container' || (!has(self.default) && !has(self.defaultRequest))"
        case .openNetworkHasNoRules:
            "self.mode == 'Isolated' || ((!has(self.egress) || self.egress.size() == 0)"
                + " && (!has(self.ingress) || self.ingress.size() == 0))"
        case .peerKind:
            "has(self.ipBlock) != (has(self.namespaceSelector) || has(self.podSelector))"
        case .portRange:
            "!has(self.endPort) || (has(self.port) && type(self.port) == int && self.endPort >= int(self.port))"
        case .exposureUnion:
            "(self.type == 'ClusterIP' || !has(self.clusterIP))"
                + " && (self.type == 'NodePort') == has(self.nodePort)"
                + " && (self.type == 'LoadBalancer' || !has(self.loadBalancer))"
                + " && (self.type == 'Ingress') == has(self.ingress)"
        case .parameterRange: "!has(self.minimum) || !has(self.maximum) || self.minimum <= self.maximum"
        case .hostPresence: "self.mode == 'Cluster' || has(self.host)"
        case .engineImagePresence: "self.mode == 'Host' || (has(self.engine) && has(self.engine.image))"
        case .cachePresence: "self.mode == 'Host' || (has(self.cache) && has(self.cache.size))"
        case .modelFilePresence:
            "self.mode == 'Host' || has(self.model.file) || (has(self.engine) && self.engine.type != 'LlamaCpp')"
        case .customCommandPresence: "self.type != 'Custom' || (has(self.command) && self.command.size() > 0)"
        case .digestOfFile: "!has(self.sha256) || has(self.file)"
        case .plainSourceDigest:
            "!has(self.source) || !self.source.startsWith('http://') || (has(self.sha256) && !has(self.projector))"
        case .webUIImagePresence: "!self.enabled || has(self.image)"
        case .ingressHostPresence: "self.type != 'Ingress' || has(self.host)"
        }
    }

    /// What the API server answers, as an instruction.
    package var message: String {
        switch self {
        case .nameLength: "metadata.name must be a DNS label of at most \(Naming.nameLimit) characters: shorten it"
        case .nameReserved: "metadata.name must not be default nor begin with kube-: choose another name"
        case .classNameImmutable: "spec.environmentClassName cannot change: delete the Environment and create another"
        case .durationPositive: "must be longer than 0s: write a duration such as 90m or 24h"
        case .subjectNamespace: "a ServiceAccount needs a namespace and others have none: add or remove namespace"
        case .subjectSystem: "names that begin with system: are the cluster's own: name people, groups or accounts"
        case .isolationImmutable: "spec.isolation cannot change under environments: create another EnvironmentClass"
        case .virtualClusterPresence:
            "virtualCluster belongs to isolation VirtualCluster, which needs it: add or remove it"
        case .tenantRoleIsolation: "tenantRole is for isolation Namespace alone: remove it or set it to None"
        case .parametersIsolation: "parameters land in a virtual cluster's values: remove them for isolation Namespace"
        case .defaultWithinMaximum:
            "lifetime.default must not be longer than lifetime.maximum: shorten the one or raise the other"
        case .warningsDescending: "lifetime.warnings must go down, without repetition: sort them, longest first"
        case .limitsOrdered:
            "maxEnvironmentsPerNamespace must not exceed maxEnvironments: lower the one or raise the other"
        case .selectorValues: "In and NotIn need values, Exists and DoesNotExist have none: add or remove values"
        case .limitRangeDefaults: "default and defaultRequest are for type Container alone: remove them"
        case .openNetworkHasNoRules: "network mode Open restricts nothing: remove egress and ingress, or use Isolated"
        case .peerKind:
            "a peer is either an ipBlock or selectors: write one kind, and split the others into peers of their own"
        case .portRange: "endPort ends a range that begins at a port's number: add port, not above endPort"
        case .exposureUnion: "exposure has the one member that its type names: remove the others, add what is missing"
        case .parameterRange: "minimum must not be above maximum: swap them"
        case .hostPresence:
            "modes Host and Auto need host: write host.address and host.port, or use mode Cluster"
        case .engineImagePresence:
            "modes Cluster and Auto need engine.image: name an image of the engine that your nodes can pull"
        case .cachePresence:
            "modes Cluster and Auto need cache.size: write more than the model's files take, such as 40Gi"
        case .modelFilePresence: "engine LlamaCpp needs model.file: name the file of the weights at the source"
        case .customCommandPresence: "engine type Custom needs command: write what the container runs"
        case .digestOfFile: "sha256 is the digest of model.file: name the file, or remove the digest"
        case .plainSourceDigest:
            "a source without TLS needs sha256, and can have no projector: write the digest, or use https://"
        case .webUIImagePresence: "an enabled webUI needs image: name an image of Open WebUI that your nodes can pull"
        case .ingressHostPresence: "exposure type Ingress needs host: write the name under which the page is reached"
        }
    }

    /// Whether the rule compares with the object as it was.
    package var isTransition: Bool { expression.contains("oldSelf") }
}
