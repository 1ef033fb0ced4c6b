import Testing

@Suite("kubectl reads", .enabled(if: Kubectl.found != nil, Kubectl.missing), .timeLimit(.minutes(10)))
struct KubectlReadingTests {
    static let creation = [
        Call("create namespace team", "namespace/team created"),
        Call("create configmap settings -n team --from-literal=color=blue", "configmap/settings created"),
        Call("create secret generic login -n team --from-literal=password=x", "secret/login created"),
        Call("create serviceaccount robot -n team", "serviceaccount/robot created"),
        Call("create quota limits -n team --hard=pods=3,requests.cpu=2", "resourcequota/limits created"),
        Call(
            "create rolebinding readers -n team --clusterrole=system:discovery --user=ann --group=people",
            "rolebinding.rbac.authorization.k8s.io/readers created"),
        Call("create service clusterip web -n team --tcp=80:8080", "service/web created"),
    ]

    static let tables = [
        Call(
            "get namespaces",
            """
            NAME              STATUS   AGE
            default           Active   90s
            kube-node-lease   Active   90s
            kube-public       Active   90s
            kube-system       Active   90s
            team              Active   90s
            """),
        Call(
            "get ns team --show-labels",
            """
            NAME   STATUS   AGE   LABELS
            team   Active   90s   kubernetes.io/metadata.name=team
            """),
        Call(
            "get ns -L kubernetes.io/metadata.name --field-selector metadata.name=team",
            """
            NAME   STATUS   AGE   METADATA.NAME
            team   Active   90s   team
            """),
        Call(
            "get configmaps -n team",
            """
            NAME               DATA   AGE
            kube-root-ca.crt   1      90s
            settings           1      90s
            """),
        Call(
            "get secrets -n team",
            """
            NAME    TYPE     DATA   AGE
            login   Opaque   1      90s
            """),
        Call(
            "get sa -n team --no-headers",
            """
            default   0     90s
            robot     0     90s
            """),
        Call(
            "get quota -n team",
            """
            NAME     AGE   REQUEST                        LIMIT
            limits   90s   pods: 0/3, requests.cpu: 0/2
            """),
        Call(
            "get rolebindings -n team -o wide",
            """
            NAME      ROLE                           AGE   USERS   GROUPS   SERVICEACCOUNTS
            readers   ClusterRole/system:discovery   90s   ann     people
            """),
        Call(
            "get svc -n team -o wide",
            prints: .pattern(
                #"NAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\(S\) +AGE +SELECTOR\n"#
                    + #"web +ClusterIP +10\.96\.\d+\.\d+ +<none> +80/TCP +90s +app=web"#)),
        Call("get clusterroles system:discovery", prints: .pattern(#"NAME +CREATED AT\nsystem:discovery +20\S+Z"#)),
        Call("get pods -n team", "No resources found in team namespace."),
        Call("get events -n team", "No resources found in team namespace."),
    ]

    static let forms = [
        Call("get ns team -o name", "namespace/team"),
        Call("get ns -o jsonpath={.items[*].metadata.name}", "default kube-node-lease kube-public kube-system team"),
        Call(
            "get ns team -o custom-columns=NAME:.metadata.name,PHASE:.status.phase",
            """
            NAME   PHASE
            team   Active
            """),
        Call(
            "get cm,secret -n team -o name", "configmap/kube-root-ca.crt\nconfigmap/settings\nsecret/login"),
        Call(
            "get cm settings -n team -o yaml",
            prints: .pattern(
                #"apiVersion: v1\ndata:\n  color: blue\nkind: ConfigMap\nmetadata:\n  creationTimestamp: "\S+"\n"#
                    + #"  name: settings\n  namespace: team\n  resourceVersion: "\d+"\n  uid: \S{36}"#)),
        Call("get cm settings -n team -o json", prints: .parts([#""kind": "ConfigMap""#, #""color": "blue""#])),
        Call("get secret login -n team -o go-template={{.data.password}}", "eA=="),
        Call("get ns --sort-by={.metadata.name} -o name -l kubernetes.io/metadata.name=team", "namespace/team"),
        Call("get --raw /readyz", "ok"),
        Call("get --raw /api/v1/namespaces/team", prints: .parts([#""kind":"Namespace""#])),
    ]

    static let descriptions = [
        Call(
            "describe configmap settings -n team",
            prints: .pattern(
                #"Name: +settings\nNamespace: +team\nLabels: +<none>\nAnnotations: +<none>\n\nData\n====\ncolor:\n"#
                    + #"----\nblue\n+BinaryData\n====\n\nEvents: +<none>"#)),
        Call(
            "describe namespace team",
            prints: .parts([
                "Name:         team", "Status:       Active", "Name:         limits",
                "pods          0     3", "No LimitRange resource.",
            ])),
        Call("describe secret login -n team", prints: .parts(["Type:  Opaque", "password:  1 bytes"])),
        Call("describe svc web -n team", prints: .parts(["Selector:", "app=web", "Port:", "80-8080  80/TCP"])),
        Call("describe quota -n team", prints: .parts(["Name:         limits", "requests.cpu  0     2"])),
        Call("describe rolebinding readers -n team", prints: .parts(["User   ann", "Group  people"])),
    ]

    static let discovery = [
        Call("version -o yaml", prints: .parts(["gitVersion: v1.30.0"])),
        Call("cluster-info", prints: .parts(["Kubernetes control plane", "https://127.0.0.1:"])),
        Call(
            "api-resources --api-group=apps --no-headers -o wide",
            prints: .pattern(
                "deployments +deploy +apps/v1 +true +Deployment +create,delete,deletecollection,get,list,patch,"
                    + "update,watch +all\nstatefulsets +sts +apps/v1 +true +StatefulSet +.*")),
        Call(
            "api-resources --namespaced=false --api-group= -o name",
            "namespaces\nnodes\npersistentvolumes"),
        Call("api-versions", prints: .parts(["apps/v1\n", "rbac.authorization.k8s.io/v1\n", "\nv1"])),
        Call(
            "explain quota.spec.hard",
            prints: .parts(["KIND:       ResourceQuota", "FIELD: hard <map[string]string>"])),
        Call("explain deploy.spec.template.spec.containers.image", prints: .parts(["FIELD: image <string>"])),
        Call("explain foo", prints: .parts([#"the server doesn't have a resource type "foo""#]), fails: true),
    ]

    @Test("every form of get, describe and discovery prints what it prints of a real server")
    func reading() async throws {
        try await KubectlStage.run { stage in
            try await stage.expect(Self.creation)
            await stage.pass(.seconds(90))
            try await stage.expect(Self.tables)
            try await stage.expect(Self.forms)
            try await stage.expect(Self.descriptions)
            try await stage.expect(Self.discovery)
        }
    }
}
