/// The fields of built-in kinds, as far as a mistake in them should show.
///
/// A kind that is not here keeps whatever it is sent below `spec`; its fields at the top are known all the same.
enum BuiltInSchemas {
    static func schema(kind: String) -> StructuralSchema? {
        if let known = notations[kind] { return SchemaNotation.object(known) }
        return kind == "Event" ? nil : SchemaNotation.object("spec:any status:any")
    }

    private static let notations: [String: String] = [
        "Namespace": "spec:(finalizers:[string]) status:any",
        "ConfigMap": "data:{string} binaryData:{string} immutable:boolean",
        "Secret": "data:{string} stringData:{string} type:string immutable:boolean",
        "ServiceAccount":
            "secrets:[any] imagePullSecrets:[(name:string)] automountServiceAccountToken:boolean",
        "ResourceQuota":
            "spec:(hard:{quantity} scopes:[string] scopeSelector:any) status:(hard:{quantity} used:{quantity})",
        "LimitRange":
            """
        spec:(limits:[(type:string max:{quantity} min:{quantity} default:{quantity} defaultRequest:{quantity} \
        maxLimitRequestRatio:{quantity})])
        """,
        "NetworkPolicy":
            """
        spec:(podSelector:SELECTOR policyTypes:[string] ingress:[(ports:POLICYPORTS from:PEERS)] \
        egress:[(ports:POLICYPORTS to:PEERS)]) status:any
        """,
        "Role": "rules:RULES",
        "ClusterRole": "rules:RULES aggregationRule:any",
        "RoleBinding": "roleRef:REFERENCE subjects:SUBJECTS",
        "ClusterRoleBinding": "roleRef:REFERENCE subjects:SUBJECTS",
        "Lease":
            """
        spec:(holderIdentity:string leaseDurationSeconds:integer acquireTime:string renewTime:string \
        leaseTransitions:integer strategy:string preferredHolder:string)
        """,
        "Service":
            """
        spec:(ports:[(name:string protocol:string port:integer targetPort:intOrString nodePort:integer \
        appProtocol:string)] selector:{string} clusterIP:string clusterIPs:[string] type:string \
        externalIPs:[string] sessionAffinity:string loadBalancerIP:string loadBalancerSourceRanges:[string] \
        externalName:string externalTrafficPolicy:string healthCheckNodePort:integer \
        publishNotReadyAddresses:boolean sessionAffinityConfig:any ipFamilies:[string] ipFamilyPolicy:string \
        allocateLoadBalancerNodePorts:boolean loadBalancerClass:string internalTrafficPolicy:string \
        trafficDistribution:string) status:any
        """,
        "PersistentVolumeClaim":
            """
        spec:(accessModes:[string] selector:SELECTOR resources:(requests:{quantity} limits:{quantity}) \
        volumeName:string storageClassName:string volumeMode:string dataSource:any dataSourceRef:any \
        volumeAttributesClassName:string) status:any
        """,
        "PersistentVolume": "spec:(capacity:{quantity} +) status:any",
        "PodDisruptionBudget":
            """
        spec:(minAvailable:intOrString maxUnavailable:intOrString selector:SELECTOR \
        unhealthyPodEvictionPolicy:string) status:any
        """,
        "Pod": "spec:PODSPEC status:any",
        "Deployment": "spec:(template:TEMPLATE +) status:any",
        "StatefulSet": "spec:(template:TEMPLATE +) status:any",
        "Job": "spec:(template:TEMPLATE +) status:any",
        "Endpoints": "subsets:[any]",
        "EndpointSlice": "addressType:string endpoints:[any] ports:[any]",
    ]
}
