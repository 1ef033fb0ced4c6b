import Formats
import Testing

@testable import Helm

@Suite("Render values") struct RenderValuesTests {
    private static let release: ReleaseIdentity = ReleaseIdentity(
        name: "r", namespace: "n", revision: 2, isUpgrade: true)

    private static func capabilities(_ version: String = "1.30") throws -> Capabilities {
        Capabilities(kubeVersion: try Capabilities.KubeVersion(parsing: version), apiVersions: ["v1", "apps/v1"])
    }

    private static func render(_ files: [String: String], _ given: String = "{}", version: String = "1.30") throws
        -> RenderValues
    {
        try RenderValues(
            chart: try chart(files), values: try values(given), release: release,
            capabilities: try capabilities(version))
    }

    @Test("gives every chart a scope of its own")
    func scopes() throws {
        let rendered: RenderValues = try Self.render(
            [
                "charts/s/Chart.yaml": "name: s\nversion: 1.0.0", "charts/s/values.yaml": "a: 1", "charts/s/f.txt": "f",
                "charts/s/charts/t/Chart.yaml": "name: t\nversion: 1.0.0", "templates/x.yaml": "x",
            ], "s: {t: {b: 2}}")
        #expect(rendered.root.chart["IsRoot"] == true && rendered.root.chart["Name"] == "app")
        #expect(rendered.root.values["s"]?["a"] == 1)
        let inner: RenderScope? = rendered.root.scope(at: ["s", "t"])
        #expect(inner?.values["b"] == 2 && inner?.chart["IsRoot"] == false)
        #expect(rendered.root.scope(at: ["s"])?.files.map(\.path) == ["f.txt"])
        #expect(rendered.root.scope(at: ["x"]) == nil)
        #expect(rendered.release["Revision"] == 2 && rendered.release["IsInstall"] == false)
        #expect(rendered.templates.map(\.chartPath) == [["app"]])
    }

    @Test("refuses a cluster that the chart is not for, and values that its schema does not allow")
    func refuses() throws {
        let description: String = "name: app\nversion: 1.0.0\nkubeVersion: '>=1.31'"
        #expect(problem { _ = try Self.render(["Chart.yaml": description]) }.contains("is for Kubernetes >=1.31"))
        _ = try Self.render(["Chart.yaml": description], version: "v1.33.4-gke.1245000")
        let files: [String: String] = [
            "charts/s/Chart.yaml": "name: s\nversion: 1.0.0",
            "charts/s/values.schema.json": #"{"properties":{"a":{"type":"string"}}}"#,
        ]
        #expect(problem { _ = try Self.render(files, "s: {a: 1}") }.contains("s.a: must be of type string"))
    }

    @Test("knows Kubernetes' versions")
    func versions() throws {
        let version: Capabilities.KubeVersion = try Capabilities.KubeVersion(parsing: "1.33.4-gke.1245000")
        #expect(version.version == "v1.33.4-gke.1245000" && "\(version)" == "v1.33.4")
        #expect(version.major == "1" && version.minor == "33")
        for text in ["", "v", "1", "a.b", "1..2", "-1.2"] {
            #expect(throws: HelmError.self, "\(text)") { try Capabilities.KubeVersion(parsing: text) }
        }
        #expect(try Self.capabilities().has("apps/v1"))
        #expect(try !Self.capabilities().has("apps/v2"))
    }
}
