import Formats

/// A list of pods as an API server sends it: compact, with managed fields, the same in every run.
enum PodList {
    static func text(count: Int) throws -> [UInt8] {
        var text: [UInt8] = Array(
            #"{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"7741003"},"items":["#.utf8)
        for index in 0..<count {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            text += try JSONValue(parsing: pod(index)).encoded()
        }
        text += Array("]}".utf8)
        return text
    }

    /// Digits that differ from pod to pod without a pattern.
    private static func hexadecimal(_ index: Int, _ salt: UInt64, digits: Int) -> String {
        var mixed: UInt64 = (UInt64(index) &+ salt) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed >> 29) &* 0xBF58_476D_1CE4_E5B9
        let text: String = String(mixed ^ mixed >> 32 | 1 << 63, radix: 16)
        return String(text.suffix(digits))
    }

    private static func uid(_ index: Int, _ salt: UInt64) -> String {
        let (high, low): (String, String) = (
            hexadecimal(index, salt, digits: 15), hexadecimal(index, salt + 1, digits: 15)
        )
        return "\(high.prefix(8))-\(high.dropFirst(8).prefix(4))-4\(high.suffix(3))-9\(low.prefix(3))-\(low.suffix(12))"
    }

    private static func pod(_ index: Int) -> String {
        let app: String = ["payments", "checkout", "inventory", "search", "mail"][index % 5]
        let hash: String = hexadecimal(index / 3, 11, digits: 9)
        let name: String = "\(app)-\(hash)-\(hexadecimal(index, 12, digits: 5))"
        let node: String = "node-\(index % 120).europe-west1.internal"
        return """
            {"metadata": \(metadata(index, app: app, hash: hash, name: name)),
            "spec": \(spec(index, app: app, node: node)),
            "status": \(status(index, app: app))}
            """
    }

    private static func metadata(_ index: Int, app: String, hash: String, name: String) -> String {
        """
        {"name": "\(name)", "generateName": "\(app)-\(hash)-", "namespace": "team-\(app)-\(index % 40)",
        "uid": "\(uid(index, 1))", "resourceVersion": "\(7_000_000 + index * 7)", "generation": 1,
        "creationTimestamp": "2026-11-\(10 + index % 20)T10:\(10 + index % 50):00Z",
        "labels": {"app.kubernetes.io/name": "\(app)", "app.kubernetes.io/instance": "\(app)-\(index % 40)",
            "app.kubernetes.io/managed-by": "Helm", "app.kubernetes.io/version": "1.\(index % 30).0",
            "pod-template-hash": "\(hash)", "team": "\(app)", "tier": "backend"},
        "annotations": {"checksum/config": "\(uid(index / 3, 5))\(uid(index / 3, 7))",
            "prometheus.io/scrape": "true", "prometheus.io/port": "9090",
            "kubectl.kubernetes.io/restartedAt": "2026-11-01T00:00:00Z",
            "example.com/last-config": "{\\"image\\":\\"\(app):1.\(index % 30).0\\",\\"replicas\\":3,\\"note\\":\\"a < b\\"}"},
        "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "\(app)-\(hash)",
            "uid": "\(uid(index / 3, 3))", "controller": true, "blockOwnerDeletion": true}],
        "managedFields": [
            {"manager": "kube-controller-manager", "operation": "Update", "apiVersion": "v1",
            "time": "2026-11-10T10:11:12Z", "fieldsType": "FieldsV1", "fieldsV1": {"f:metadata": {
                "f:annotations": {".": {}, "f:checksum/config": {}, "f:prometheus.io/scrape": {}},
                "f:generateName": {}, "f:labels": {".": {}, "f:app.kubernetes.io/name": {}, "f:team": {}},
                "f:ownerReferences": {".": {}, "k:{\\"uid\\":\\"\(uid(index / 3, 3))\\"}": {}}},
                "f:spec": {"f:containers": {"k:{\\"name\\":\\"app\\"}": {".": {}, "f:env": {}, "f:image": {},
                "f:imagePullPolicy": {}, "f:livenessProbe": {}, "f:name": {}, "f:ports": {}, "f:resources": {},
                "f:terminationMessagePath": {}, "f:volumeMounts": {}}}, "f:dnsPolicy": {}, "f:restartPolicy": {},
                "f:schedulerName": {}, "f:securityContext": {}, "f:terminationGracePeriodSeconds": {}, "f:volumes": {}}}},
            {"manager": "kubelet", "operation": "Update", "apiVersion": "v1", "time": "2026-11-10T10:11:42Z",
            "fieldsType": "FieldsV1", "subresource": "status", "fieldsV1": {"f:status": {"f:conditions": {
                "k:{\\"type\\":\\"Ready\\"}": {".": {}, "f:lastProbeTime": {}, "f:lastTransitionTime": {}, "f:status": {}}},
                "f:containerStatuses": {}, "f:hostIP": {}, "f:phase": {}, "f:podIP": {}, "f:startTime": {}}}}]}
        """
    }

    private static func spec(_ index: Int, app: String, node: String) -> String {
        """
        {"volumes": [{"name": "config", "configMap": {"name": "\(app)-config", "defaultMode": 420}},
            {"name": "kube-api-access-\(hexadecimal(index, 20, digits: 5))", "projected": {"sources": [
            {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}}, {"configMap": {
            "name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}}], "defaultMode": 420}}],
        "containers": [\(container(index, app: app)), {"name": "proxy",
            "image": "registry.example.com/mesh/proxy:v1.22.\(index % 4)", "args": ["proxy", "sidecar", "--log_level=warning"],
            "resources": {"limits": {"cpu": "2", "memory": "1Gi"}, "requests": {"cpu": "10m", "memory": "40Mi"}},
            "terminationMessagePath": "/dev/termination-log", "imagePullPolicy": "IfNotPresent"}],
        "restartPolicy": "Always", "terminationGracePeriodSeconds": 30, "dnsPolicy": "ClusterFirst",
        "serviceAccountName": "\(app)", "serviceAccount": "\(app)", "nodeName": "\(node)",
        "securityContext": {"runAsUser": 1000, "runAsNonRoot": true, "fsGroup": 2000},
        "schedulerName": "default-scheduler", "priority": 0, "enableServiceLinks": true,
        "preemptionPolicy": "PreemptLowerPriority", "tolerations": [
            {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300},
            {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}]}
        """
    }

    private static func container(_ index: Int, app: String) -> String {
        """
        {"name": "app", "image": "registry.example.com/\(app)/server:1.\(index % 30).0",
        "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}],
        "env": [{"name": "POD_NAME", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}},
            {"name": "DATABASE_URL", "valueFrom": {"secretKeyRef": {"name": "\(app)-database", "key": "url"}}},
            {"name": "LOG_LEVEL", "value": "info"}, {"name": "GREETING", "value": "Grüße aus der Werkstatt"}],
        "resources": {"limits": {"cpu": "500m", "memory": "512Mi"}, "requests": {"cpu": "50m", "memory": "64Mi"}},
        "volumeMounts": [{"name": "config", "readOnly": true, "mountPath": "/etc/\(app)"},
            {"name": "kube-api-access-\(hexadecimal(index, 20, digits: 5))", "readOnly": true,
            "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}],
        "livenessProbe": {"httpGet": {"path": "/healthz", "port": 8080, "scheme": "HTTP"}, "initialDelaySeconds": 5,
            "timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3},
        "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
        "imagePullPolicy": "IfNotPresent", "securityContext": {"allowPrivilegeEscalation": false,
            "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]}}}
        """
    }

    private static func status(_ index: Int, app: String) -> String {
        let time: String = "2026-11-\(10 + index % 20)T10:\(10 + index % 50):\(10 + index % 49)Z"
        let conditions: [String] = ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map { type in
            #"{"type": "\#(type)", "status": "True", "lastProbeTime": null, "lastTransitionTime": "\#(time)"}"#
        }
        let statuses: [String] = ["app", "proxy"].map { name in
            """
            {"name": "\(name)", "state": {"running": {"startedAt": "\(time)"}}, "lastState": {}, "ready": true,
            "restartCount": \(index % 3), "image": "registry.example.com/\(app)/\(name):1.\(index % 30).0",
            "imageID": "registry.example.com/\(app)/\(name)@sha256:\(uid(index % 150, 30))\(uid(index % 150, 31))",
            "containerID": "containerd://\(uid(index, 40))\(uid(index, 41))", "started": true}
            """
        }
        let address: String = "10.\(index / 4096).\(index / 16 % 256).\(index % 250 + 2)"
        return """
            {"phase": "Running", "conditions": [\(conditions.joined(separator: ","))], "hostIP": "192.168.0.\(index % 120)",
            "podIP": "\(address)", "podIPs": [{"ip": "\(address)"}], "startTime": "\(time)",
            "containerStatuses": [\(statuses.joined(separator: ","))], "qosClass": "Burstable"}
            """
    }
}
