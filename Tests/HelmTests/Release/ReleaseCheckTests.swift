import Formats
import Kubernetes
import Testing

@testable import Helm

@Suite("Checks of what a release holds") struct ReleaseCheckTests {
    @Test("completes objects with Helm's labels and the owner's, whatever the chart says of them")
    func metadata() throws {
        let text: String = Demo.object(
            "ConfigMap", "a", annotations: "meta.helm.sh/release-name: other, note: x")
        let object: ReleaseObject = try #require(try Demo.desired([text]).objects.first)
        #expect(object.key == Demo.key(.configMaps, "a"))
        #expect(
            object.object["metadata"] == [
                "name": "a", "namespace": "env-demo",
                "labels": ["app.kubernetes.io/managed-by": "Helm", "envfactory.dev/environment-uid": "owner-uid"],
                "annotations": [
                    "meta.helm.sh/release-name": "demo", "meta.helm.sh/release-namespace": "env-demo", "note": "x",
                ],
            ])
        #expect("\(object)" == "configmaps env-demo/a")
    }

    @Test("flattens lists, and leaves out documents without an object")
    func lists() throws {
        let text: String = """
            apiVersion: v1
            kind: List
            items:
            - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
            - apiVersion: v1
              kind: SecretList
              items: [{metadata: {name: b}}]
            ---
            # nothing
            """
        #expect(try Demo.desired([text]).objects.map(\.key) == [Demo.key(.configMaps, "a"), Demo.key(.secrets, "b")])
    }

    @Test("knows an object in whatever version it is written, and writes it in that")
    func versions() throws {
        let object: ReleaseObject = try #require(
            try Demo.desired([Demo.object("PodDisruptionBudget", "a")]).objects.first)
        #expect(object.key == Demo.key(.podDisruptionBudgets, "a"))
        #expect(object.resource.apiVersion == "policy/v1beta1")
    }

    @Test(
        "D24: refuses what may not be installed",
        arguments: [
            (Demo.object("Namespace", "a"), "of the whole cluster"),
            (Demo.object("PersistentVolume", "a"), "of the whole cluster"),
            (Demo.object("CustomResourceDefinition", "a"), "of the whole cluster"),
            (Demo.object("ClusterRole", "a"), "may give no rights"), (Demo.object("Role", "a"), "may give no rights"),
            (Demo.object("Widget", "a"), "none of the kinds that may be installed"),
            ("apiVersion: extensions/v1\nkind: ConfigMap\nmetadata: {name: a}", "none of the kinds"),
            ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: kube-system}", "namespace kube-system"),
            ("apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: a}", "no metadata.name"),
            ("apiVersion: v1\nmetadata: {name: a}", "no apiVersion or no kind"),
            ("{\"kind\": \"Secret\"}\n{\"kind\": \"Role\"}", "has values that no line with --- divides"),
            ("apiVersion: v1\nkind: Secret\nmetadata: {name: ../a}", "its name is none"),
            ("apiVersion: apps/x/v1\nkind: Deployment\nmetadata: {name: a}", "none of the kinds"),
            ("apiVersion: x/y/v1\nkind: Secret\nmetadata: {name: a}", "none of the kinds"),
            (Demo.object("Secret", "envfactory-kubeconfig"), "kept for what guards"),
            (Demo.object("ConfigMap", "envfactory"), "kept for what guards"),
            (Demo.object("Secret", "sh.helm.release.v1.demo.v1"), "kept for what guards"),
            (Demo.object("ConfigMap", "first"), "configmaps env-demo/first is also in demo/templates/00.yaml"),
            (Demo.hook("first", "pre-install", kind: "ConfigMap"), "hook configmaps env-demo/first is also in"),
            (Demo.hook("a", "pre-delete", kind: "Widget"), "none of the kinds"),
            (
                Demo.hook("a", "pre-install") + "---\n" + Demo.hook("a", "pre-install,pre-upgrade"),
                "pre-install hook jobs.batch env-demo/a is also in"
            ),
        ])
    func refusals(text: String, problem expected: String) {
        let refusal: String = problem { _ = try Demo.desired([Demo.object("ConfigMap", "first"), text]) }
        #expect(refusal.contains(expected), "\(refusal)")
        #expect(refusal.contains("demo/templates/01.yaml"))
        #expect(refusal.contains("nothing was written"))
    }

    @Test("says all that is wrong at once, and files of custom resources too")
    func allAtOnce() {
        let texts: [String] = [Demo.object("Namespace", "a"), Demo.object("Role", "b"), Demo.object("Widget", "c")]
        let chart: Chart = Chart(
            metadata: ChartMetadata(name: "demo", version: "1.0.0"), files: [ChartFile(path: "crds/d.yaml", bytes: [])])
        let refusal: String = problem {
            _ = try DesiredRelease(
                Demo.rendered(texts), of: ReleaseChart(chart), config: JSONObject(), digest: "", in: Demo.scope)
        }
        #expect(refusal.split(separator: "\n").count == 5, "\(refusal)")
        #expect(refusal.contains("demo/crds/d.yaml"))
    }

    @Test("lets one hook stand in several templates, each for its own event")
    func hooksOfSeveralEvents() throws {
        let hooks: [DesiredHook] = try Demo.desired([Demo.hook("a", "pre-install"), Demo.hook("a", "pre-upgrade")])
            .hooks
        #expect(hooks.map(\.object.key) == [Demo.key(.jobs, "a"), Demo.key(.jobs, "a")])
    }

    @Test(
        "refuses a name that Helm refuses",
        arguments: ["", "A", "a_b", "-a", "a.", "a..b", String(repeating: "a", count: 54)])
    func names(name: String) {
        var scope: ReleaseScope = Demo.scope
        scope.name = name
        #expect(problem { _ = try Demo.desired([], scope: scope) }.contains("cannot name a release"))
    }

    @Test("looks at no more objects than its limit, and at none whose name is none, whatever a Secret names")
    func limits() throws {
        var release: Release = Demo.release()
        release.manifest = "---\n" + Demo.object("ConfigMap", "..") + "---\n" + Demo.object("ConfigMap", "a")
        #expect(try #require(Demo.stored(release)).members.map(\.key.name) == ["a"])
        let items: [String] = (0...ReleaseScope.maximumObjects).map { number in
            "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"a\(number)\"}}"
        }
        let list: String = "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [\(items.joined(separator: ","))]}"
        release.manifest = "---\n" + list
        #expect("\(try #require(Demo.stored(release)).content)".contains("names more than 1000 objects"))
        #expect(problem { _ = try Demo.desired([list]) }.contains("has more than 1000 objects"))
    }

    @Test("D24: checks an older revision again before it goes back to it")
    func rollback() throws {
        var release: Release = Demo.release()
        release.manifest = "---\n# Source: demo/templates/a.yaml\n" + Demo.object("ConfigMap", "a")
        let good: StoredRelease = try #require(Demo.stored(release))
        #expect(try DesiredRelease(rollingBackTo: good, in: Demo.scope).objects.map(\.key.name) == ["a"])
        release.manifest += "\n---\n" + Demo.object("ClusterRole", "b")
        let bad: StoredRelease = try #require(Demo.stored(release))
        #expect(
            problem { _ = try DesiredRelease(rollingBackTo: bad, in: Demo.scope) }.contains("may give no rights"))
    }
}
