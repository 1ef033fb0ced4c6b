/// The fields of one message, read from a notation that fits on a line.
///
/// `1:metadata=ObjectMeta 2:data={string} 3:count=int 4:replicas?=int`: a number, a name, a type (`string` where none
/// is given), in brackets where it repeats, in braces for a map; `?` where an empty value is one.
struct ProtobufMessage: Sendable {
    enum FieldType: Sendable, Hashable {
        case string
        case bytes
        case integer
        case bool
        case message(String)
        /// An object within an envelope.
        case raw
        /// What a server does not take from clients: the status.
        case ignored
    }

    enum Form: Sendable {
        case single
        case list
        case map
    }

    struct Field: Sendable {
        var name: String
        var type: FieldType
        var form: Form
        var isPointer: Bool
    }

    let name: String
    private(set) var fields: [Int: Field] = [:]

    init(_ name: String, _ notation: String) {
        self.name = name
        for word in notation.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            let parts = word.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let number = Int(parts[0]) else { continue }
            fields[number] = Self.field(parts[1])
        }
    }

    private static func field(_ text: Substring) -> Field {
        let parts = text.split(separator: "=", maxSplits: 1)
        var name = parts.first ?? ""
        var type = parts.dropFirst().first ?? "string"
        let isPointer = name.last == "?"
        if isPointer { name.removeLast() }
        var form = Form.single
        if type.first == "[" || type.first == "{" {
            form = type.first == "[" ? .list : .map
            type = type.dropFirst().dropLast()
        }
        return Field(name: String(name), type: fieldType(type), form: form, isPointer: isPointer)
    }

    private static func fieldType(_ text: Substring) -> FieldType {
        switch text {
        case "string": .string
        case "bytes": .bytes
        case "int": .integer
        case "bool": .bool
        case "raw": .raw
        case "ignored": .ignored
        default: .message(String(text))
        }
    }

    /// What is around every object.
    static let envelope = ProtobufMessage("Unknown", "1:typeMeta=TypeMeta 2:raw=raw 3:contentEncoding 4:contentType")
}

/// The messages that clients send, with the numbers that the API gives their fields.
enum ProtobufMessages {
    /// Of objects, by their kind.
    static let kinds: [String: ProtobufMessage] = table([
        "Namespace": "1:metadata=ObjectMeta 2:spec=NamespaceSpec 3:status=ignored",
        "ConfigMap": "1:metadata=ObjectMeta 2:data={string} 3:binaryData={bytes} 4:immutable?=bool",
        "Secret": "1:metadata=ObjectMeta 2:data={bytes} 3:type 4:stringData={string} 5:immutable?=bool",
        "ServiceAccount":
            """
        1:metadata=ObjectMeta 2:secrets=[ObjectReference] 3:imagePullSecrets=[LocalObjectReference] \
        4:automountServiceAccountToken?=bool
        """,
        "ResourceQuota": "1:metadata=ObjectMeta 2:spec=ResourceQuotaSpec 3:status=ignored",
        "Service": "1:metadata=ObjectMeta 2:spec=ServiceSpec 3:status=ignored",
        "Deployment": "1:metadata=ObjectMeta 2:spec=DeploymentSpec 3:status=ignored",
        "Job": "1:metadata=ObjectMeta 2:spec=JobSpec 3:status=ignored",
        "PodDisruptionBudget": "1:metadata=ObjectMeta 2:spec=PodDisruptionBudgetSpec 3:status=ignored",
        "Role": "1:metadata=ObjectMeta 2:rules=[PolicyRule]",
        "ClusterRole": "1:metadata=ObjectMeta 2:rules=[PolicyRule] 3:aggregationRule?=AggregationRule",
        "RoleBinding": "1:metadata=ObjectMeta 2:subjects=[Subject] 3:roleRef=RoleRef",
        "ClusterRoleBinding": "1:metadata=ObjectMeta 2:subjects=[Subject] 3:roleRef=RoleRef",
        "SelfSubjectAccessReview": "1:metadata=ObjectMeta 2:spec=AccessReviewSpec 3:status=ignored",
        "SelfSubjectRulesReview": "1:metadata=ObjectMeta 2:spec=RulesReviewSpec 3:status=ignored",
        "SelfSubjectReview": "1:metadata=ObjectMeta 2:status=ignored",
        "TokenRequest": "1:metadata=ObjectMeta 2:spec=TokenRequestSpec 3:status=ignored",
        "Eviction": "1:metadata=ObjectMeta 2:deleteOptions?=DeleteOptions",
        "DeleteOptions":
            """
        1:gracePeriodSeconds?=int 2:preconditions?=Preconditions 3:orphanDependents?=bool 4:propagationPolicy? \
        5:dryRun=[string]
        """,
    ])

    /// Of what is in them.
    static let messages: [String: ProtobufMessage] = table([
        "TypeMeta": "1:apiVersion 2:kind",
        "Quantity": "1:string",
        "Time": "1:seconds=int 2:nanos=int",
        "IntOrString": "1:type?=int 2:intVal?=int 3:strVal",
        "ObjectMeta":
            """
        1:name 2:generateName 3:namespace 4:selfLink 5:uid 6:resourceVersion 7:generation=int \
        8:creationTimestamp=Time 9:deletionTimestamp=Time 10:deletionGracePeriodSeconds?=int 11:labels={string} \
        12:annotations={string} 13:ownerReferences=[OwnerReference] 14:finalizers=[string]
        """,
        "OwnerReference": "1:kind 3:name 4:uid 5:apiVersion 6:controller?=bool 7:blockOwnerDeletion?=bool",
        "ObjectReference": "1:kind 2:namespace 3:name 4:uid 5:apiVersion 6:resourceVersion 7:fieldPath",
        "LocalObjectReference": "1:name",
        "LabelSelector": "1:matchLabels={string} 2:matchExpressions=[LabelSelectorRequirement]",
        "LabelSelectorRequirement": "1:key 2:operator 3:values=[string]",
        "Preconditions": "1:uid? 2:resourceVersion?",
        "NamespaceSpec": "1:finalizers=[string]",
        "ResourceQuotaSpec": "1:hard={Quantity} 2:scopes=[string]",
        "ServiceSpec":
            """
        1:ports=[ServicePort] 2:selector={string} 3:clusterIP 4:type 5:externalIPs=[string] 7:sessionAffinity \
        8:loadBalancerIP 9:loadBalancerSourceRanges=[string] 10:externalName 11:externalTrafficPolicy \
        12:healthCheckNodePort=int 13:publishNotReadyAddresses=bool
        """,
        "ServicePort": "1:name 2:protocol 3:port=int 4:targetPort=IntOrString 5:nodePort=int 6:appProtocol?",
        "DeploymentSpec":
            """
        1:replicas?=int 2:selector?=LabelSelector 3:template=PodTemplateSpec 4:strategy=DeploymentStrategy \
        5:minReadySeconds=int 6:revisionHistoryLimit?=int 7:paused=bool 9:progressDeadlineSeconds?=int
        """,
        "DeploymentStrategy": "1:type",
        "JobSpec":
            """
        1:parallelism?=int 2:completions?=int 3:activeDeadlineSeconds?=int 4:selector?=LabelSelector \
        5:manualSelector?=bool 6:template=PodTemplateSpec 7:backoffLimit?=int 8:ttlSecondsAfterFinished?=int
        """,
        "PodDisruptionBudgetSpec":
            "1:minAvailable?=IntOrString 2:selector?=LabelSelector 3:maxUnavailable?=IntOrString",
        "PodTemplateSpec": "1:metadata=ObjectMeta 2:spec=PodSpec",
        "PodSpec":
            """
        2:containers=[Container] 3:restartPolicy 4:terminationGracePeriodSeconds?=int 5:activeDeadlineSeconds?=int \
        6:dnsPolicy 7:nodeSelector={string} 8:serviceAccountName 9:serviceAccount 10:nodeName 11:hostNetwork=bool \
        12:hostPID=bool 13:hostIPC=bool 15:imagePullSecrets=[LocalObjectReference] 16:hostname 17:subdomain \
        19:schedulerName 20:initContainers=[Container] 24:priorityClassName
        """,
        "Container":
            """
        1:name 2:image 3:command=[string] 4:args=[string] 5:workingDir 6:ports=[ContainerPort] 7:env=[EnvVar] \
        8:resources=ResourceRequirements 13:terminationMessagePath 14:imagePullPolicy 16:stdin=bool 17:stdinOnce=bool \
        18:tty=bool 20:terminationMessagePolicy
        """,
        "ContainerPort": "1:name 2:hostPort=int 3:containerPort=int 4:protocol 5:hostIP",
        "EnvVar": "1:name 2:value",
        "ResourceRequirements": "1:limits={Quantity} 2:requests={Quantity}",
        "PolicyRule":
            "1:verbs=[string] 2:apiGroups=[string] 3:resources=[string] 4:resourceNames=[string] "
            + "5:nonResourceURLs=[string]",
        "AggregationRule": "1:clusterRoleSelectors=[LabelSelector]",
        "Subject": "1:kind 2:apiGroup 3:name 4:namespace",
        "RoleRef": "1:apiGroup 2:kind 3:name",
        "AccessReviewSpec": "1:resourceAttributes?=ResourceAttributes 2:nonResourceAttributes?=NonResourceAttributes",
        "ResourceAttributes": "1:namespace 2:verb 3:group 4:version 5:resource 6:subresource 7:name",
        "NonResourceAttributes": "1:path 2:verb",
        "RulesReviewSpec": "1:namespace",
        "TokenRequestSpec": "1:audiences=[string] 3:boundObjectRef?=BoundObjectReference 4:expirationSeconds?=int",
        "BoundObjectReference": "1:kind 2:apiVersion 3:name 4:uid",
        "DeleteOptions": "1:gracePeriodSeconds?=int 3:orphanDependents?=bool 4:propagationPolicy? 5:dryRun=[string]",
    ])

    private static func table(_ notations: [String: String]) -> [String: ProtobufMessage] {
        var table: [String: ProtobufMessage] = [:]
        for (name, notation) in notations { table[name] = ProtobufMessage(name, notation) }
        return table
    }
}
