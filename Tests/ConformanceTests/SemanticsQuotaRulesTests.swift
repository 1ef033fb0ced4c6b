import Testing

@Suite("Quotas, limits, claims, leases and events")
struct SemanticsQuotaRulesTests {
    @Test("small kinds are well-formed", arguments: SemanticsServer.all, quotas)
    func quotasHold(server: SemanticsServer, contract: Contract) async throws {
        try await contract.check(server)
    }
}

private let quotas: [Contract] = [
    Contract(
        "a quota of less than nothing", "POST resourcequotas?dryRun=All",
        #"{"metadata":{"name":"q"},"spec":{"hard":{"pods":"-1"}}}"#, 422,
        #"ResourceQuota "q" is invalid: spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0"#),
    Contract(
        "a quota of what nobody counts", "POST resourcequotas?dryRun=All",
        #"{"metadata":{"name":"q"},"spec":{"hard":{"nope":"1"}}}"#, 422,
        #"""
        ResourceQuota "q" is invalid: [spec.hard[nope]: Invalid value: "nope": must be a standard resource \#
        type or fully qualified, spec.hard[nope]: Invalid value: "nope": must be a standard resource for \#
        quota]
        """#),
    Contract(
        "a quota of an unknown scope", "POST resourcequotas?dryRun=All",
        #"{"metadata":{"name":"q"},"spec":{"hard":{"pods":"1"},"scopes":["Nope"]}}"#, 422,
        #"""
        ResourceQuota "q" is invalid: spec.scopes: Invalid value: []core.ResourceQuotaScope{"Nope"}: \#
        unsupported scope
        """#),
    Contract(
        "a quota of Services without requests", "POST resourcequotas?dryRun=All",
        #"{"metadata":{"name":"q"},"spec":{"hard":{"services":"1"},"scopes":["BestEffort"]}}"#, 422,
        #"""
        ResourceQuota "q" is invalid: spec.scopes: Invalid value: []core.ResourceQuotaScope{"BestEffort"}: \#
        unsupported scope applied to resource
        """#),
    Contract(
        "a quota of pods with and without requests", "POST resourcequotas?dryRun=All",
        #"{"metadata":{"name":"q"},"spec":{"hard":{"pods":"1"},"scopes":["BestEffort","NotBestEffort"]}}"#, 422,
        #"""
        ResourceQuota "q" is invalid: spec.scopes: Invalid value: []core.ResourceQuotaScope{"BestEffort", \#
        "NotBestEffort"}: conflicting scopes
        """#),
    Contract(
        "a quota of a part of a pod", "POST resourcequotas?dryRun=All",
        #"{"metadata":{"name":"q"},"spec":{"hard":{"pods":"1.5"}}}"#, 422, .containing(": must be an integer")),
    Contract(
        "a quota that is no number", "POST resourcequotas?dryRun=All",
        #"{"metadata":{"name":"q"},"spec":{"hard":{"pods":"x"}}}"#, 400,
        .beginning(#"ResourceQuota in version "v1" cannot be handled as a ResourceQuota: "#)),
    Contract(
        "a quota in other units", "POST resourcequotas?dryRun=All",
        #"{"metadata":{"name":"q"},"spec":{"hard":{"cpu":"1000m","memory":"1024Mi","pods":5}}}"#,
        shows: #"{"spec":{"hard":{"cpu":"1","memory":"1Gi","pods":"5"}}}"#),
    Contract(
        "a quota of what others count", "POST resourcequotas?dryRun=All",
        #"""
        {"metadata":{"name":"q"},"spec":{"hard":{"count/things.example.com":"1",\#
        "requests.example.com/gpu":"2"}}}
        """#,
        shows: #"{"spec":{"hard":{"count/things.example.com":"1","requests.example.com/gpu":"2"}}}"#),
    Contract(
        "limits of an unknown type", "POST limitranges?dryRun=All",
        #"{"metadata":{"name":"l"},"spec":{"limits":[{"type":"Nope"}]}}"#, 422,
        #"""
        LimitRange "l" is invalid: spec.limits[0].type: Invalid value: "Nope": must be a standard limit \#
        type or fully qualified
        """#),
    Contract(
        "limits of no type", "POST limitranges?dryRun=All",
        #"{"metadata":{"name":"l"},"spec":{"limits":[{"type":""}]}}"#, 422,
        #"""
        LimitRange "l" is invalid: [spec.limits[0].type: Invalid value: "": name part must be non-empty, \#
        spec.limits[0].type: Invalid value: "": name part \#(Texts.qualified)]
        """#),
    Contract(
        "limits with defaults for pods", "POST limitranges?dryRun=All",
        #"{"metadata":{"name":"l"},"spec":{"limits":[{"type":"Pod","default":{"cpu":"1"}}]}}"#, 422,
        #"""
        LimitRange "l" is invalid: spec.limits[0].default: Forbidden: may not be specified when `type` is \#
        'Pod'
        """#),
    Contract(
        "limits of one type twice", "POST limitranges?dryRun=All",
        #"{"metadata":{"name":"l"},"spec":{"limits":[{"type":"Container"},{"type":"Container"}]}}"#, 422,
        #"LimitRange "l" is invalid: spec.limits[1].type: Duplicate value: "Container""#),
    Contract(
        "limits for claims without a bound", "POST limitranges?dryRun=All",
        #"{"metadata":{"name":"l"},"spec":{"limits":[{"type":"PersistentVolumeClaim"}]}}"#, 422,
        #"""
        LimitRange "l" is invalid: spec.limits[0].limits: Required value: either minimum or maximum storage \#
        value is required, but neither was provided
        """#),
    Contract(
        "limits whose least is more than its most", "POST limitranges?dryRun=All",
        #"{"metadata":{"name":"l"},"spec":{"limits":[{"type":"Container","min":{"cpu":"2"},"max":{"cpu":"1"}}]}}"#,
        422, .containing("min value 2 is greater than max value 1")),
    Contract(
        "limits whose default is more than its most", "POST limitranges?dryRun=All",
        #"""
        {"metadata":{"name":"l"},"spec":{"limits":[{"type":"Container","default":{"cpu":"2"},\#
        "max":{"cpu":"1"}}]}}
        """#, 422, .containing("default value 2 is greater than max value 1")),
    Contract(
        "limits that ask for more than they allow", "POST limitranges?dryRun=All",
        #"""
        {"metadata":{"name":"l"},"spec":{"limits":[{"type":"Container","defaultRequest":{"cpu":"2"},\#
        "default":{"cpu":"1"}}]}}
        """#, 422, .containing("default request value 2 is greater than default limit value 1")),
    Contract(
        "limits of less than one to one", "POST limitranges?dryRun=All",
        #"""
        {"metadata":{"name":"l"},"spec":{"limits":[{"type":"Container",\#
        "maxLimitRequestRatio":{"cpu":"0.5"}}]}}
        """#, 422, .containing("ratio 500m is less than 1")),
    Contract(
        "limits of containers", "POST limitranges?dryRun=All",
        #"""
        {"metadata":{"name":"l"},"spec":{"limits":[{"type":"Container","max":{"cpu":"1"},\#
        "min":{"cpu":"100m"}}]}}
        """#,
        shows: #"""
            {"spec":{"limits":[{"type":"Container","max":{"cpu":"1"},"min":{"cpu":"100m"},"default":{"cpu":"1"},\#
            "defaultRequest":{"cpu":"1"}}]}}
            """#),
    Contract(
        "a claim for nothing", "POST persistentvolumeclaims?dryRun=All", #"{"metadata":{"name":"v"},"spec":{}}"#,
        422,
        #"""
        PersistentVolumeClaim "v" is invalid: [spec.accessModes: Required value: at least 1 access mode is \#
        required, spec.resources[storage]: Required value]
        """#),
    Contract(
        "a claim with an unknown mode", "POST persistentvolumeclaims?dryRun=All",
        #"{"metadata":{"name":"v"},"spec":{"accessModes":["Nope"],"resources":{"requests":{"storage":"1Gi"}}}}"#,
        422,
        #"""
        PersistentVolumeClaim "v" is invalid: spec.accessModes: Unsupported value: "Nope": supported \#
        values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce"
        """#),
    Contract(
        "a claim for no bytes", "POST persistentvolumeclaims?dryRun=All",
        #"""
        {"metadata":{"name":"v"},"spec":{"accessModes":["ReadWriteOnce"],\#
        "resources":{"requests":{"storage":"0"}}}}
        """#, 422,
        #"""
        PersistentVolumeClaim "v" is invalid: spec.resources[storage]: Invalid value: "0": must be greater \#
        than zero
        """#),
    Contract(
        "a claim in an unknown form", "POST persistentvolumeclaims?dryRun=All",
        #"""
        {"metadata":{"name":"v"},"spec":{"accessModes":["ReadWriteOnce"],\#
        "resources":{"requests":{"storage":"1Gi"}},"volumeMode":"Nope"}}
        """#, 422,
        #"""
        PersistentVolumeClaim "v" is invalid: spec.volumeMode: Unsupported value: "Nope": supported values: \#
        "Block", "Filesystem"
        """#),
    Contract(
        "a claim as small as it can be", "POST persistentvolumeclaims?dryRun=All",
        #"""
        {"metadata":{"name":"v"},"spec":{"accessModes":["ReadWriteOnce"],\#
        "resources":{"requests":{"storage":"1Gi"}}}}
        """#,
        shows: #"""
            {"metadata":{"finalizers":["kubernetes.io/pvc-protection"]},"spec":{"volumeMode":"Filesystem"},\#
            "status":{"phase":"Pending"}}
            """#),
    Contract(
        "an Event about another namespace", "POST events?dryRun=All",
        #"""
        {"metadata":{"name":"e"},"involvedObject":{"kind":"ConfigMap","namespace":"other","name":"a"},\#
        "reason":"R","message":"m","type":"Normal"}
        """#, 422,
        #"Event "e" is invalid: involvedObject.namespace: Invalid value: "other": does not match event.namespace"#),
    Contract(
        "an Event about what is nowhere", "POST events?dryRun=All",
        #"""
        {"metadata":{"name":"e"},"involvedObject":{"kind":"Node","name":"a"},"reason":"R","message":"m",\#
        "type":"Normal"}
        """#, shows: #"{"reason":"R"}"#),
    Contract(
        "a Lease of no seconds", "POST coordination.k8s.io/v1:leases?dryRun=All",
        #"{"metadata":{"name":"l"},"spec":{"leaseDurationSeconds":0}}"#, 422,
        #"""
        Lease.coordination.k8s.io "l" is invalid: spec.leaseDurationSeconds: Invalid value: 0: must be \#
        greater than 0
        """#),
    Contract(
        "a Lease that changed hands a negative number of times", "POST coordination.k8s.io/v1:leases?dryRun=All",
        #"{"metadata":{"name":"l"},"spec":{"leaseTransitions":-1}}"#, 422,
        #"""
        Lease.coordination.k8s.io "l" is invalid: spec.leaseTransitions: Invalid value: -1: must to greater \#
        or equal than 0
        """#),
    Contract(
        "a Namespace with a finalizer without a domain", "POST /api/v1/namespaces?dryRun=All",
        #"{"metadata":{"name":"x"},"spec":{"finalizers":["a"]}}"#, 422,
        #"""
        Namespace "x" is invalid: spec.finalizers: Invalid value: "a": name is neither a standard finalizer \#
        name nor is it fully qualified
        """#),
]
