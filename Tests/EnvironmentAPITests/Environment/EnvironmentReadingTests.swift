import EnvironmentAPI
import Formats
import Kubernetes
import TestSupport
import Testing

@Suite("Reading an Environment") struct EnvironmentReadingTests {
    private static let status: JSONValue = [
        "conditions": [
            [
                "type": "Ready", "status": "False", "reason": "Provisioning", "message": "waiting for the quota",
                "observedGeneration": 3, "lastTransitionTime": "2026-11-20T10:00:00Z",
            ]
        ],
        "observedGeneration": 3,
        "namespace": ["name": "env-pr-42-3f9c1a2b", "uid": "9a"],
        "release": ["name": "pr-42", "chart": "vcluster-0.36.1", "revision": 1, "digest": "sha256:00"],
        "kubeconfig": [
            "secretRef": ["namespace": "env-pr-42-3f9c1a2b", "name": "envfactory-kubeconfig"],
            "server": "https://192.0.2.1:6443", "expiresAt": "2026-11-21T10:00:00Z",
        ],
        "expiresAt": "2026-11-21T10:00:00Z",
        "ttl": "24h0m0s",
        "warnedAt": "2026-11-21T08:00:00Z",
        "resolvedClass": ["name": "review", "uid": "7", "generation": 2, "spec": ["isolation": "Namespace"]],
        "leftovers": [
            [
                "apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": "env-pr-42-3f9c1a2b", "name": "data",
                "heldBy": "example.com/protect", "since": "2026-11-21T10:01:00Z",
            ]
        ],
    ]

    private static var full: JSONValue {
        Valid.environment
            .setting("metadata/generation", 3)
            .setting("metadata/resourceVersion", "17")
            .setting("metadata/creationTimestamp", "2026-11-20T10:00:00Z")
            .setting("metadata/deletionTimestamp", "2026-11-20T11:00:00Z")
            .setting("metadata/finalizers", ["envfactory.dev/teardown"])
            .setting("metadata/labels", ["team": "payments"])
            .setting("metadata/annotations", ["envfactory.dev/closed": "true"])
            .setting("spec/kubeconfig", ["publishTo": "pr-42-kubeconfig"])
            .setting(
                "spec/inference",
                [["endpointRef": ["namespace": "team-ml", "name": "gemma"], "serviceName": "llm-server"]]
            )
            .setting("spec/suspend", true)
            .setting("status", status)
    }

    @Test("what is written is what was read, field by field")
    func roundTrip() {
        let environment = Environment(from: KubernetesObject(Self.full))
        #expect(environment.unreadable == [])
        #expect(environment.unreadableStatus == [])
        #expect(environment.object.json == Self.full)
        #expect(environment.status.json == Self.status)
        #expect(Environment(from: environment.object) == environment)
    }

    @Test("the metadata is read")
    func metadata() throws {
        let metadata = Environment(from: KubernetesObject(Self.full)).metadata
        #expect(metadata.name == "pr-42")
        #expect(metadata.namespace == "team-payments")
        #expect(metadata.generation == 3)
        #expect(metadata.isDeleting)
        #expect(metadata.finalizers == [Words.Finalizer.teardown])
        #expect(metadata.creationTimestamp == (try Timestamp("2026-11-20T10:00:00Z")))
        #expect(metadata.annotations[Words.Annotation.closed] == "true")
    }

    @Test("the order of quotas and parameters does not depend on how they were written")
    func order() {
        let environment = Environment(from: KubernetesObject(Valid.environment))
        #expect(environment.spec.quota.keys == ["pods", "requests.cpu"])
        #expect(environment.spec.parameters.keys == ["ha", "kubernetesVersion", "nodes"])
    }

    @Test("one field that cannot be read hides no other")
    func oneBadField() {
        let json = Self.full.setting("spec/ttl", "tomorrow").setting("status/expiresAt", "soon")
        let environment = Environment(from: KubernetesObject(json))
        #expect(environment.unreadable.map(\.path) == ["spec.ttl"])
        #expect(environment.unreadableStatus.map(\.path) == ["status.expiresAt"])
        #expect(environment.spec.environmentClassName == "review")
        #expect(environment.status.namespace?.uid == "9a")
    }

    @Test("a namespace without a uid is no proof of ownership")
    func ownership() {
        let json = Self.full.setting("status/namespace/uid", nil)
        let environment = Environment(from: KubernetesObject(json))
        #expect(environment.status.namespace == nil)
        #expect(environment.unreadableStatus.map(\.path) == ["status.namespace.uid"])
    }

    @Test("null is as absent as nothing")
    func null() {
        let json = Self.full.setting("spec/ttl", .null).setting("spec/access", .null).setting("spec/source", .null)
        let environment = Environment(from: KubernetesObject(json))
        #expect(environment.unreadable == [])
        #expect(environment.spec.ttl == nil && environment.spec.access.isEmpty && environment.spec.source == nil)
    }

    @Test("lists and maps are read up to their limit")
    func limits() {
        let subjects: [JSONValue] = Array(repeating: ["kind": "User", "name": "ada"], count: 5_000)
        let json = Self.full.setting("spec/access", .array(subjects))
        let environment = Environment(from: KubernetesObject(json))
        #expect(environment.spec.access.count == 100)
        #expect(environment.unreadable.first?.message.contains("limit of 100") == true)
    }

    @Test("never traps, whatever the object is")
    func fuzz() throws {
        let corpus = [Self.full, Valid.namespaceClass, Valid.virtualClass].map { $0.encoded() }
        let tokens = ["null", "[]", "{}", "\"\"", "-1", "1e999", "\"ttl\":", "\"1h1h\"", "\"system:\"", "true"]
        try Fuzzer(seed: 5, iterations: 2_000).run(corpus: corpus, tokens: tokens) { bytes in
            let json: JSONValue
            do { json = try JSONValue(parsing: bytes) } catch { return }
            let object = KubernetesObject(json)
            let environment = Environment(from: object)
            let environmentClass = EnvironmentClass(from: object)
            _ = environmentClass.violations()
            _ = environment.acceptance(in: .init(environmentClass: environmentClass)).message
            if environment.unreadable.isEmpty {
                let again = Environment(from: environment.object)
                try FuzzFailure.unless(again.spec == environment.spec, "writing changed the spec")
            }
            if environmentClass.unreadable.isEmpty {
                let again = EnvironmentClass(from: environmentClass.object)
                try FuzzFailure.unless(again.spec == environmentClass.spec, "writing changed the class's spec")
            }
        }
    }
}
