import Formats
import HTTPModel
import Kubernetes
import Testing

@Suite("Requests")
struct RequestBuilderTests {
    private let requests = RequestBuilder()
    private let pod = ObjectKey(.pods, namespace: "a", name: "b")

    @Test(
        "address objects by group, version, namespace and name",
        arguments: [
            (ObjectKey(.pods, namespace: "a", name: "b"), nil, "/api/v1/namespaces/a/pods/b"),
            (ObjectKey(.namespaces, name: "a"), nil, "/api/v1/namespaces/a"),
            (
                ObjectKey(.networkPolicies, namespace: "a", name: "b"), nil,
                "/apis/networking.k8s.io/v1/namespaces/a/networkpolicies/b"
            ),
            (
                ObjectKey(.customResourceDefinitions, name: "x.y"), .status,
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/x.y/status"
            ),
            (
                ObjectKey(.roleBindings, namespace: "a", name: "system:node é?#"), nil,
                "/apis/rbac.authorization.k8s.io/v1/namespaces/a/rolebindings/system:node%20%C3%A9%3F%23"
            ),
        ] as [(ObjectKey, Subresource?, String)]
    )
    func addresses(_ key: ObjectKey, _ subresource: Subresource?, _ target: String) throws {
        let request = try requests.get(key, subresource: subresource)
        #expect(request.target == target)
        #expect(request.method == .get)
        #expect(request.headers["Accept"] == "application/json")
        #expect(request.timeout == .seconds(30))
    }

    @Test(
        "refuse names that would address something else",
        arguments: ["", ".", "..", "a/b", "/", "../secrets", "a%2Fb", "a\0b"])
    func refusesNames(_ name: String) throws {
        let keys = [
            ObjectKey(.pods, namespace: "a", name: name), ObjectKey(.pods, namespace: name, name: "b"),
            ObjectKey(APIResource(name, "v1", "pods", kind: "Pod"), namespace: "a", name: "b"),
            ObjectKey(APIResource("apps", name, "pods", kind: "Pod"), namespace: "a", name: "b"),
            ObjectKey(APIResource("apps", "v1", name, kind: "Pod"), namespace: "a", name: "b"),
        ]
        // An empty group is the core's.
        for key in keys where !(name.isEmpty && key.resource.group.isEmpty && key.name == "b" && key.namespace == "a") {
            let error = try #require(throws: KubernetesError.self) { try requests.get(key) }
            #expect(error.code == .badRequest)
            #expect(error.status == nil)
        }
        #expect(throws: KubernetesError.self) { try requests.delete(keys[0], .init(uid: "u"), propagation: .orphan) }
        #expect(throws: KubernetesError.self) { try requests.patch(keys[0], .merge, [:]) }
        #expect(throws: KubernetesError.self) { try requests.list(.pods, namespace: name, ListOptions()) }
    }

    @Test("want a namespace exactly where the resource has one")
    func namespaces() throws {
        #expect(throws: KubernetesError.self) { try requests.get(ObjectKey(.pods, name: "b")) }
        #expect(throws: KubernetesError.self) { try requests.get(ObjectKey(.nodes, namespace: "a", name: "b")) }
        #expect(try requests.list(.pods, ListOptions()).target == "/api/v1/pods")
        #expect(try requests.list(.pods, namespace: "a", ListOptions()).target == "/api/v1/namespaces/a/pods")
    }

    @Test("escape selectors and continue tokens, and send no resourceVersion with a token")
    func lists() throws {
        let options = ListOptions(
            labelSelector: "a=b,c in (d, e),!f", fieldSelector: "metadata.name=x&y", limit: 500, resourceVersion: "7")
        let first = try requests.list(.pods, options)
        #expect(
            first.target
                == "/api/v1/pods?labelSelector=a%3Db%2Cc%20in%20%28d%2C%20e%29%2C%21f"
                + "&fieldSelector=metadata.name%3Dx%26y&limit=500&resourceVersion=7")
        let next = try requests.list(.pods, ListOptions(limit: 2, resourceVersion: "7"), continueToken: "a+/=")
        #expect(next.target == "/api/v1/pods?limit=2&continue=a%2B%2F%3D")
        #expect(next.timeout == .seconds(60))
    }

    @Test("ask for metadata alone where nothing else is wanted, and take the whole object where it must be")
    func metadataOnly() throws {
        let partial = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json"
        let list = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json"
        let options = ListOptions(metadataOnly: true)
        #expect(try requests.get(pod, metadataOnly: true).headers["Accept"] == partial)
        #expect(try requests.list(.pods, options).headers["Accept"] == list)
        #expect(try requests.watch(.pods, options, timeout: .seconds(1)).headers["Accept"] == partial)
    }

    @Test("watch with bookmarks, for whole seconds, at least one")
    func watches() throws {
        let options = ListOptions(labelSelector: "a", limit: 500, resourceVersion: "12")
        let request = try requests.watch(.secrets, namespace: "n", options, timeout: .milliseconds(301_900))
        #expect(
            request.target
                == "/api/v1/namespaces/n/secrets?watch=true&allowWatchBookmarks=true&labelSelector=a"
                + "&resourceVersion=12&timeoutSeconds=301")
        #expect(try requests.watch(.pods, ListOptions(), timeout: .zero).target.hasSuffix("timeoutSeconds=1"))
    }
}

@Suite("Requests that change something")
struct WritingRequestTests {
    private let requests = RequestBuilder(fieldManager: "env factory")
    private let pod = ObjectKey(.pods, namespace: "a", name: "b")

    private func object(_ extra: JSONValue = [:]) -> KubernetesObject {
        var object = KubernetesObject(.configMaps, namespace: "a", name: "b")
        object["data"] = ["k": "v"]
        for (key, value) in extra.object ?? JSONObject() { object.json["metadata"]?[key] = value }
        return object
    }

    private func body(_ request: HTTPRequest) throws -> JSONValue { try JSONValue(parsing: request.body) }

    @Test("apply by PATCH with the manager and force")
    func applies() throws {
        let request = try requests.apply(object(), to: .configMaps, expecting: .any, force: true)
        #expect(request.method == .patch)
        #expect(request.target == "/api/v1/namespaces/a/configmaps/b?fieldManager=env%20factory&force=true")
        #expect(request.headers["Content-Type"] == "application/apply-patch+yaml")
        #expect(try body(request) == object().json)
        let dry = try requests.apply(
            object(), to: .configMaps, expecting: .any, force: false, subresource: .status, dryRun: true)
        #expect(
            dry.target
                == "/api/v1/namespaces/a/configmaps/b/status?fieldManager=env%20factory&force=false&dryRun=All")
    }

    @Test("say in the apply what they expect to find")
    func expectations() throws {
        let read = object(["uid": "old", "resourceVersion": "77", "managedFields": [["manager": "x"]]])
        let absent = try body(requests.apply(read, to: .configMaps, expecting: .absent, force: true))
        #expect(absent["metadata"] == ["name": "b", "namespace": "a", "resourceVersion": "1"])
        let known = try body(requests.apply(object(), to: .configMaps, expecting: .uid("u"), force: true))
        #expect(known["metadata"] == ["name": "b", "namespace": "a", "uid": "u"])
        let both = try body(requests.apply(read, to: .configMaps, expecting: .uid("u"), force: true))
        #expect(both["metadata"] == ["name": "b", "namespace": "a", "uid": "u", "resourceVersion": "77"])
    }

    @Test("carry the type that the resource has, and refuse another")
    func types() throws {
        let untyped = KubernetesObject(["metadata": ["name": "b", "namespace": "a"]])
        let sent = try body(requests.create(untyped, as: .configMaps))
        #expect(sent["apiVersion"] == "v1")
        #expect(sent["kind"] == "ConfigMap")
        #expect(throws: KubernetesError.self) { try requests.create(object(), as: .secrets) }
        #expect(throws: KubernetesError.self) { try requests.replace(KubernetesObject([1]), of: .configMaps) }
    }

    @Test("create, replace and patch with the manager")
    func others() throws {
        let create = try requests.create(object(), as: .configMaps, dryRun: true)
        #expect(create.method == .post)
        #expect(create.target == "/api/v1/namespaces/a/configmaps?fieldManager=env%20factory&dryRun=All")
        let replace = try requests.replace(object(), of: .configMaps, subresource: .status)
        #expect(replace.method == .put)
        #expect(replace.target == "/api/v1/namespaces/a/configmaps/b/status?fieldManager=env%20factory")
        #expect(replace.headers["Content-Type"] == "application/json")
        for type in PatchType.allCases {
            let patch = try requests.patch(pod, type, ["a": nil], dryRun: true)
            #expect(patch.target == "/api/v1/namespaces/a/pods/b?fieldManager=env%20factory&dryRun=All")
            #expect(patch.headers["Content-Type"] == type.rawValue)
            #expect(try body(patch) == ["a": nil])
        }
    }

    @Test("delete only by uid")
    func deletes() throws {
        let preconditions = DeletePreconditions(uid: "u", resourceVersion: "5")
        let request = try requests.delete(
            pod, preconditions, propagation: .foreground, gracePeriodSeconds: 0, dryRun: true)
        #expect(request.method == .delete)
        #expect(request.target == "/api/v1/namespaces/a/pods/b")
        #expect(
            try body(request) == [
                "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Foreground",
                "preconditions": ["uid": "u", "resourceVersion": "5"], "gracePeriodSeconds": 0, "dryRun": ["All"],
            ])
        #expect(throws: KubernetesError.self) { try requests.delete(pod, .init(uid: ""), propagation: .background) }
    }
}
