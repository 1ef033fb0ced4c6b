import Testing

@Suite("Services and pods")
struct SemanticsWorkloadRulesTests {
    @Test("Services are well-formed", arguments: SemanticsServer.all, services)
    func servicesHold(server: SemanticsServer, contract: Contract) async throws {
        try await contract.check(server)
    }

    @Test("pods, and what makes them, are well-formed", arguments: SemanticsServer.all, workloads)
    func workloadsHold(server: SemanticsServer, contract: Contract) async throws {
        try await contract.check(server)
    }
}

private let services: [Contract] = [
    Contract(
        "a Service without ports", "POST services?dryRun=All", #"{"metadata":{"name":"s"},"spec":{}}"#, 422,
        #"Service "s" is invalid: spec.ports: Required value"#),
    Contract(
        "a Service with no ports", "POST services?dryRun=All", #"{"metadata":{"name":"s"},"spec":{"ports":[]}}"#,
        422, #"Service "s" is invalid: spec.ports: Required value"#),
    Contract(
        "a Service of an unknown type", "POST services?dryRun=All",
        #"{"metadata":{"name":"s"},"spec":{"ports":[{"port":80}],"type":"Nope"}}"#, 422,
        #"""
        Service "s" is invalid: spec.type: Unsupported value: "Nope": supported values: "ClusterIP", \#
        "ExternalName", "LoadBalancer", "NodePort"
        """#),
    Contract(
        "a Service outside without a name", "POST services?dryRun=All",
        #"{"metadata":{"name":"s"},"spec":{"ports":[{"port":80}],"type":"ExternalName"}}"#, 422,
        #"Service "s" is invalid: spec.externalName: Required value"#),
    Contract(
        "a Service outside with a wrong name", "POST services?dryRun=All",
        #"{"metadata":{"name":"s"},"spec":{"ports":[{"port":80}],"type":"ExternalName","externalName":"A_b"}}"#,
        422, #"Service "s" is invalid: spec.externalName: Invalid value: "A_b": \#(Texts.subdomain)"#),
    Contract(
        "a Service with port 0", "POST services?dryRun=All",
        #"{"metadata":{"name":"s"},"spec":{"ports":[{"port":0,"targetPort":1}]}}"#, 422,
        #"Service "s" is invalid: spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive"#),
    Contract(
        "a Service with port 70000", "POST services?dryRun=All",
        #"{"metadata":{"name":"s"},"spec":{"ports":[{"port":70000}]}}"#, 422,
        #"""
        Service "s" is invalid: [spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, \#
        inclusive, spec.ports[0].targetPort: Invalid value: 70000: must be between 1 and 65535, inclusive]
        """#),
    Contract(
        "a Service with nameless ports", "POST services?dryRun=All",
        #"{"metadata":{"name":"s"},"spec":{"ports":[{"port":80},{"port":81}]}}"#, 422,
        #"Service "s" is invalid: [spec.ports[0].name: Required value, spec.ports[1].name: Required value]"#),
    Contract(
        "a Service with two ports of a name", "POST services?dryRun=All",
        #"{"metadata":{"name":"s"},"spec":{"ports":[{"port":80,"name":"a"},{"port":81,"name":"a"}]}}"#, 422,
        #"Service "s" is invalid: spec.ports[1].name: Duplicate value: "a""#),
    Contract(
        "a Service with a port named in capitals", "POST services?dryRun=All",
        #"{"metadata":{"name":"s"},"spec":{"ports":[{"port":80,"name":"A"}]}}"#, 422,
        #"Service "s" is invalid: spec.ports[0].name: Invalid value: "A": \#(Texts.label)"#),
    Contract(
        "a Service with an unknown protocol", "POST services?dryRun=All",
        #"{"metadata":{"name":"s"},"spec":{"ports":[{"port":80,"protocol":"X"}]}}"#, 422,
        #"""
        Service "s" is invalid: spec.ports[0].protocol: Unsupported value: "X": supported values: "SCTP", \#
        "TCP", "UDP"
        """#),
    Contract(
        "a Service with an address that is none", "POST services?dryRun=All",
        #"{"metadata":{"name":"s"},"spec":{"ports":[{"port":80}],"clusterIP":"x"}}"#, 422,
        #"""
        Service "s" is invalid: spec.clusterIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. \#
        10.9.8.7 or 2001:db8::ffff)
        """#),
    Contract(
        "a Service with an unknown affinity", "POST services?dryRun=All",
        #"{"metadata":{"name":"s"},"spec":{"ports":[{"port":80}],"sessionAffinity":"Nope"}}"#, 422,
        #"""
        Service "s" is invalid: spec.sessionAffinity: Unsupported value: "Nope": supported values: \#
        "ClientIP", "None"
        """#),
    Contract(
        "a Service with a policy for outside traffic and none", "POST services?dryRun=All",
        #"{"metadata":{"name":"s"},"spec":{"ports":[{"port":80}],"externalTrafficPolicy":"Local"}}"#, 422,
        #"""
        Service "s" is invalid: spec.externalTrafficPolicy: Invalid value: "Local": ExternalTrafficPolicy \#
        can only be set on NodePort and LoadBalancer service
        """#),
    Contract(
        "a Service on nodes without an address", "POST services?dryRun=All",
        #"{"metadata":{"name":"s"},"spec":{"ports":[{"port":80}],"type":"NodePort","clusterIP":"None"}}"#, 422,
        #"""
        Service "s" is invalid: spec.clusterIPs[0]: Invalid value: "None": may not be set to 'None' for \#
        NodePort services
        """#),
    Contract(
        "a Service with a node's port and no such type", "POST services?dryRun=All",
        #"{"metadata":{"name":"s"},"spec":{"ports":[{"port":80,"nodePort":30000}]}}"#, 422,
        #"Service "s" is invalid: spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"#),
    Contract(
        "a Service with a node's port out of range", "POST services",
        #"{"metadata":{"name":"s"},"spec":{"ports":[{"port":80,"nodePort":80}],"type":"NodePort"}}"#, 422,
        #"""
        Service "s" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the \#
        valid range. The range of valid ports is 30000-32767
        """#),
    Contract(
        "a Service as small as it can be", "POST services?dryRun=All",
        #"{"metadata":{"name":"s"},"spec":{"ports":[{"port":80}]}}"#,
        shows: #"""
            {"spec":{"type":"ClusterIP","sessionAffinity":"None","ports":[{"protocol":"TCP","port":80,\#
            "targetPort":80}]}}
            """#),
    Contract(
        "a Service without an address", "POST services?dryRun=All",
        #"{"metadata":{"name":"s"},"spec":{"ports":[{"port":80}],"clusterIP":"None"}}"#,
        shows: #"{"spec":{"clusterIP":"None","clusterIPs":["None"]}}"#),
    Contract(
        "a Service without address and ports", "POST services?dryRun=All",
        #"{"metadata":{"name":"s"},"spec":{"clusterIP":"None"}}"#,
        shows: #"{"spec":{"clusterIP":"None","ports":null}}"#),
    Contract(
        "a Service outside", "POST services?dryRun=All",
        #"{"metadata":{"name":"s"},"spec":{"type":"ExternalName","externalName":"a.b"}}"#,
        shows: #"{"spec":{"externalName":"a.b","clusterIP":null,"ports":null}}"#),
    Contract(
        "a Service with affinity", "POST services?dryRun=All",
        #"{"metadata":{"name":"s"},"spec":{"ports":[{"port":80}],"sessionAffinity":"ClientIP"}}"#,
        shows: #"{"spec":{"sessionAffinityConfig":{"clientIP":{"timeoutSeconds":10800}}}}"#),
    Contract(
        "a Service on nodes", "POST services?dryRun=All",
        #"{"metadata":{"name":"s"},"spec":{"ports":[{"port":80}],"type":"NodePort"}}"#,
        shows: #"{"spec":{"type":"NodePort","externalTrafficPolicy":"Cluster"}}"#),
    Contract(
        "a Service with a named target", "POST services?dryRun=All",
        #"{"metadata":{"name":"s"},"spec":{"ports":[{"port":80,"targetPort":"web"}]}}"#,
        shows: #"{"spec":{"ports":[{"protocol":"TCP","port":80,"targetPort":"web"}]}}"#),
    Contract(
        "a Service with target 0", "POST services?dryRun=All",
        #"{"metadata":{"name":"s"},"spec":{"ports":[{"port":80,"targetPort":0}]}}"#,
        shows: #"{"spec":{"ports":[{"protocol":"TCP","port":80,"targetPort":80}]}}"#),
]

private let workloads: [Contract] = [
    Contract(
        "a pod without containers", "POST pods?dryRun=All", #"{"metadata":{"name":"p"},"spec":{}}"#, 422,
        #"Pod "p" is invalid: spec.containers: Required value"#),
    Contract(
        "a pod with a nameless container", "POST pods?dryRun=All",
        #"{"metadata":{"name":"p"},"spec":{"containers":[{"image":"i"}]}}"#, 422,
        #"Pod "p" is invalid: spec.containers[0].name: Required value"#),
    Contract(
        "a pod with a container in capitals", "POST pods?dryRun=All",
        #"{"metadata":{"name":"p"},"spec":{"containers":[{"name":"C","image":"i"}]}}"#, 422,
        #"Pod "p" is invalid: spec.containers[0].name: Invalid value: "C": \#(Texts.label)"#),
    Contract(
        "a pod with a container without image", "POST pods?dryRun=All",
        #"{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c"}]}}"#, 422,
        #"Pod "p" is invalid: spec.containers[0].image: Required value"#),
    Contract(
        "a pod with two containers of a name", "POST pods?dryRun=All",
        #"{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"},{"name":"c","image":"i"}]}}"#,
        422, #"Pod "p" is invalid: spec.containers[1].name: Duplicate value: "c""#),
    Contract(
        "a pod with an unknown restart policy", "POST pods?dryRun=All",
        #"{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}],"restartPolicy":"Nope"}}"#,
        422,
        #"""
        Pod "p" is invalid: spec.restartPolicy: Unsupported value: "Nope": supported values: "Always", \#
        "OnFailure", "Never"
        """#),
    Contract(
        "a pod that asks for more than its limit", "POST pods?dryRun=All",
        #"""
        {"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i",\#
        "resources":{"limits":{"cpu":"1"},"requests":{"cpu":"2"}}}]}}
        """#, 422,
        #"""
        Pod "p" is invalid: spec.containers[0].resources.requests: Invalid value: "2": must be less than or \#
        equal to cpu limit
        """#),
    Contract(
        "a pod with negative limits", "POST pods?dryRun=All",
        #"""
        {"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i",\#
        "resources":{"limits":{"cpu":"-1"}}}]}}
        """#, 422,
        #"""
        Pod "p" is invalid: [spec.containers[0].resources.limits[cpu]: Invalid value: "-1": must be greater \#
        than or equal to 0, spec.containers[0].resources.requests[cpu]: Invalid value: "-1": must be \#
        greater than or equal to 0]
        """#),
    Contract(
        "a pod with a volume that it has not", "POST pods?dryRun=All",
        #"""
        {"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i",\#
        "volumeMounts":[{"name":"nope","mountPath":"/x"}]}]}}
        """#, 422, #"Pod "p" is invalid: spec.containers[0].volumeMounts[0].name: Not found: "nope""#),
    Contract(
        "a pod of an account that is missing", "POST pods?dryRun=All",
        #"{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}],"serviceAccountName":"nope"}}"#,
        403,
        #"pods "p" is forbidden: error looking up service account default/nope: serviceaccount "nope" not found"#),
    Contract(
        "a pod with a limit that is none", "POST pods?dryRun=All",
        #"""
        {"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i",\#
        "resources":{"limits":{"cpu":"x"}}}]}}
        """#, 400, .beginning(#"Pod in version "v1" cannot be handled as a Pod: "#)),
    Contract(
        "a pod with limits only", "POST pods?dryRun=All",
        #"""
        {"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i",\#
        "resources":{"limits":{"cpu":"1500m","memory":"1024Mi"}}}]}}
        """#,
        shows: #"""
            {"status":{"qosClass":"Guaranteed","phase":"Pending"},"spec":{"restartPolicy":"Always",\#
            "terminationGracePeriodSeconds":30}}
            """#),
    Contract(
        "a Deployment that selects others", "POST apps/v1:deployments?dryRun=All",
        #"""
        {"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},\#
        "template":{"metadata":{"labels":{"a":"c"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
        """#, 422, .containing("`selector` does not match template `labels`")),
    Contract(
        "a Deployment without containers", "POST apps/v1:deployments?dryRun=All",
        #"""
        {"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},\#
        "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[]}}}}
        """#, 422, #"Deployment.apps "d" is invalid: spec.template.spec.containers: Required value"#),
    Contract(
        "a Deployment of a negative number", "POST apps/v1:deployments?dryRun=All",
        #"""
        {"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},\#
        "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}},\#
        "replicas":-1}}
        """#, 422,
        #"Deployment.apps "d" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0"#),
    Contract(
        "a Deployment without a selector", "POST apps/v1:deployments?dryRun=All",
        #"""
        {"metadata":{"name":"d"},"spec":{"template":{"metadata":{"labels":{"a":"b"}},\#
        "spec":{"containers":[{"name":"c","image":"i"}]}}}}
        """#, 422, .containing("spec.selector: Required value")),
    Contract(
        "a Deployment as small as it can be", "POST apps/v1:deployments?dryRun=All",
        #"""
        {"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},\#
        "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
        """#,
        shows: #"""
            {"spec":{"replicas":1,"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":"25%",\#
            "maxSurge":"25%"}},"revisionHistoryLimit":10,"progressDeadlineSeconds":600},\#
            "metadata":{"generation":1}}
            """#),
]
