import Kubernetes

extension Shape {
    /// How objects of a built-in kind merge.
    static func builtIn(_ resource: APIResource) -> Shape {
        var fields: [String: Shape] = ["metadata": metadata]
        switch resource.kind {
        case "ConfigMap", "Secret":
            for name in ["data", "binaryData", "stringData"] { fields[name] = deduced }
        case "Pod":
            fields["spec"] = podSpec
            fields["status"] = status(lists: ["podIPs": ["ip"]])
        case "Deployment", "StatefulSet", "Job":
            fields["spec"] = always(["selector": labelSelector, "template": podTemplate])
            fields["status"] = status()
        case "Service":
            let ports = Shape(.map(keys: ["port", "protocol"]), element: structure, keyDefaults: ["protocol": "TCP"])
            fields["spec"] = always(["selector": deduced, "ports": ports])
            fields["status"] = status()
        case "ServiceAccount":
            fields["secrets"] = keyed("name")
        case "ResourceQuota":
            fields["spec"] = always(["hard": deduced, "scopeSelector": atomic])
            fields["status"] = always(["hard": deduced, "used": deduced])
        case "PersistentVolumeClaim":
            fields["spec"] = always(["resources": resources, "selector": labelSelector])
            fields["status"] = status(maps: ["capacity"])
        case "PersistentVolume":
            fields["spec"] = always(["capacity": deduced, "claimRef": atomic])
        case "NetworkPolicy":
            fields["spec"] = always(["podSelector": labelSelector])
        case "Node":
            fields["spec"] = always(["podCIDRs": Shape(.set)])
            fields["status"] = status(lists: ["addresses": ["type"]], maps: ["capacity", "allocatable"])
        case "RoleBinding", "ClusterRoleBinding":
            fields["roleRef"] = atomic
        case "Role", "ClusterRole", "LimitRange", "Lease", "Event":
            fields["spec"] = always([:])
        default:
            fields["spec"] = always([:])
            fields["status"] = status()
        }
        return Shape(fields: fields, isStruct: true)
    }

    /// What every object has, custom ones as well.
    static let metadata = always([
        "labels": deduced,
        "annotations": deduced,
        "finalizers": Shape(.set),
        "ownerReferences": keyed("uid"),
        "managedFields": atomic,
    ])

    private static let podTemplate = always(["metadata": metadata, "spec": podSpec])

    private static let podSpec: Shape = {
        let containers = Shape(.map(keys: ["name"]), element: container)
        let spread = Shape(.map(keys: ["topologyKey", "whenUnsatisfiable"]), element: structure)
        return always([
            "containers": containers,
            "initContainers": containers,
            "ephemeralContainers": containers,
            "volumes": keyed("name"),
            "imagePullSecrets": keyed("name"),
            "hostAliases": keyed("ip"),
            "topologySpreadConstraints": spread,
            "nodeSelector": atomic,
        ])
    }()

    private static let container = Shape(
        fields: [
            "env": Shape(.map(keys: ["name"]), element: Shape(fields: ["valueFrom": reference], isStruct: true)),
            "ports": Shape(
                .map(keys: ["containerPort", "protocol"]), element: structure, keyDefaults: ["protocol": "TCP"]),
            "volumeMounts": keyed("mountPath"),
            "volumeDevices": keyed("devicePath"),
            "resources": resources,
        ],
        isStruct: true
    )

    private static let reference = Shape(
        fields: ["secretKeyRef": atomic, "configMapKeyRef": atomic, "fieldRef": atomic, "resourceFieldRef": atomic],
        isStruct: true
    )

    private static let resources = always(["limits": deduced, "requests": deduced])
    private static let labelSelector = atomic

    private static func keyed(_ key: String) -> Shape { Shape(.map(keys: [key]), element: structure) }

    private static func always(_ fields: [String: Shape]) -> Shape {
        Shape(fields: fields, isAlwaysPresent: true, isStruct: true)
    }

    private static func status(lists: [String: [String]] = [:], maps: [String] = []) -> Shape {
        var fields: [String: Shape] = ["conditions": keyed("type")]
        for (name, keys) in lists { fields[name] = Shape(.map(keys: keys), element: structure) }
        for name in maps { fields[name] = deduced }
        return always(fields)
    }
}
