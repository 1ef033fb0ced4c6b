import Testing

@testable import Helm

@Suite("Rendered charts") struct RenderedChartTests {
    @Test(
        "divides a text where a line begins with ---",
        arguments: [
            ("", []), ("\n \n---\n\n", []), ("a: 1", ["a: 1"]), ("a: 1\n---\nb: 2\n", ["a: 1\n", "b: 2\n"]),
            ("---\na: 1\n--- \t\n\n  b: 2", ["a: 1\n", "b: 2"]), ("---a: 1", ["a: 1"]),
            ("a: |\n  ---\n  x", ["a: |\n  ---\n  x"]),
            ("--- # c\na: 1", ["# c\na: 1"]), ("a: 1\r\n---\r\nb: 2", ["a: 1\r\n", "b: 2"]),
            ("a: 1\n----\nb: 2", ["a: 1\n", "-\nb: 2"]),
        ] as [(String, [String])])
    func splits(text: String, documents: [String]) { #expect(Manifest.split(text) == documents) }

    private static func object(_ kind: String, _ name: String, _ annotations: String = "{}") -> String {
        "apiVersion: v1\nkind: \(kind)\nmetadata:\n  name: \(name)\n  annotations: \(annotations)\n"
    }

    @Test("sorts by kind, and within a kind by template and place")
    func sorts() throws {
        let files: [String: String] = [
            "app/templates/b.yaml": Self.object("Deployment", "d") + "---\n" + Self.object("Service", "s2"),
            "app/templates/a.yaml": Self.object("Zebra", "z") + "---\n" + Self.object("Service", "s1"),
            "app/templates/c.yaml": Self.object("Ant", "a") + "---\n" + Self.object("Namespace", "ns"),
            "app/templates/_p.tpl": "{{ not yaml", "app/templates/NOTES.txt": "Hi: {",
            "app/charts/s/templates/NOTES.txt": "x",
            "app/templates/empty.yaml": " \n---\n",
        ]
        let rendered: RenderedChart = try RenderedChart(files: files, chart: "app")
        #expect(rendered.manifests.map(\.name) == ["ns", "s1", "s2", "d", "a", "z"])
        #expect(rendered.notes == "Hi: {")
        #expect(rendered.text.hasPrefix("---\n# Source: app/templates/c.yaml\napiVersion: v1\nkind: Namespace\n"))
        let deleted: RenderedChart = try RenderedChart(files: files, chart: "app", order: .uninstall)
        #expect(deleted.manifests.map(\.name) == ["s1", "s2", "d", "ns", "a", "z"])
    }

    @Test("knows hooks by their annotations")
    func hooks() throws {
        let files: [String: String] = [
            "a": Self.object("Job", "b", "{helm.sh/hook: 'pre-install, Post-Upgrade', helm.sh/hook-weight: 5}"),
            "b": Self.object(
                "Job", "a",
                "{helm.sh/hook: pre-install, helm.sh/hook-weight: '5', helm.sh/hook-delete-policy: 'hook-succeeded,odd'}"
            ),
            "c": Self.object("Job", "z", "{helm.sh/hook: pre-install, helm.sh/hook-weight: '-1'}"),
            "d": Self.object("Pod", "t", "{helm.sh/hook: test-success, helm.sh/hook-weight: x}"),
            "e": Self.object("Pod", "u", "{helm.sh/hook: 'pre-install,crd-install'}"),
            "f": Self.object("Pod", "p", "{x: y}"),
        ]
        let rendered: RenderedChart = try RenderedChart(files: files, chart: "app")
        #expect(rendered.manifests.map(\.name) == ["p"])
        #expect(rendered.hooks(at: .preInstall).map(\.manifest.name) == ["z", "a", "b"])
        #expect(rendered.hooks(at: .postUpgrade).map(\.manifest.name) == ["b"])
        #expect(rendered.hooks(at: .test).map(\.weight) == [0])
        #expect(rendered.hooks.map(\.manifest.name) == ["t", "b", "a", "z"])
        #expect(rendered.hooks(at: .preInstall)[1].deletePolicies == [.succeeded])
        #expect(rendered.hooks(at: .preInstall)[1].deletePolicyNames == ["hook-succeeded", "odd"])
        #expect(rendered.hooks(at: .preInstall)[0].deletePolicies == [.beforeCreation])
    }

    @Test(
        "refuses what is no object",
        arguments: [
            ("a: [", "no YAML"), ("- a", "must be a map"), ("metadata: x", "metadata must be a map"),
            ("kind: [x]", "must be a text"),
        ])
    func refuses(text: String, expected: String) {
        let message: String = problem { _ = try RenderedChart(files: ["app/templates/x.yaml": text], chart: "app") }
        #expect(message.contains(expected) && message.contains("app/templates/x.yaml"), "\(message)")
    }
}
