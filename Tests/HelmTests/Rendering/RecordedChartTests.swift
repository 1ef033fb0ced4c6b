import Formats
import Foundation
import GoTemplate
import TestSupport
import Testing

@testable import Helm

/// A chart with a set of values, and what Helm made of them; `Scripts/compare-charts` records it.
struct RecordedChart: Sendable, CustomTestStringConvertible {
    let chart: String
    let values: String

    private static let folder: String = TextFile.fixtures() + "charts/"

    static let all: [RecordedChart] = ["umbrella", "refusals"].flatMap { chart in
        let names: [String] = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)\(chart).values")) ?? []
        return names.sorted().map { RecordedChart(chart: chart, values: String($0.dropLast(".yaml".count))) }
    }

    var testDescription: String { "\(chart)/\(values)" }

    /// What was printed, or complained of.
    func expected() throws -> (text: String, isRefused: Bool) {
        let path: String = "\(Self.folder)\(chart).expected/\(values)"
        let isRefused: Bool = FileManager.default.fileExists(atPath: "\(path).error")
        return (try TextFile.read(path + (isRefused ? ".error" : ".yaml")), isRefused)
    }

    func rendered() throws -> String {
        let text: String = try TextFile.read("\(Self.folder)\(chart).values/\(values).yaml")
        let given: JSONObject = try JSONObject(values: Array(text.utf8))
        let chart: Chart = try Chart(folder: FixtureFolder(path: Self.folder + chart))
            .processingDependencies(values: given)
        let capabilities: Capabilities = Capabilities(
            kubeVersion: try Capabilities.KubeVersion(parsing: "v1.36.0"),
            apiVersions: ["v1", "apps/v1", "policy/v1beta1"])
        let prepared: RenderValues = try RenderValues(
            chart: chart, values: given, release: ReleaseIdentity(name: "release-name", namespace: "default"),
            capabilities: capabilities)
        let engine: ChartEngine = try ChartEngine(
            prepared.templates, functions: HelmFunctions.library(TemplateFixture.sources))
        return try RenderedChart(files: engine.render(prepared), chart: chart.name).templateOutput
    }
}

/// A chart's folder among the fixtures.
private struct FixtureFolder: ChartFolder {
    let path: String

    func entries(of folder: String) throws -> [ChartFolderEntry] {
        let names: [String] = try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")
        return names.map { name in
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: "\(path)/\(folder)/\(name)", isDirectory: &isFolder)
            return ChartFolderEntry(name: name, kind: isFolder.boolValue ? .folder : .file)
        }
    }

    func read(_ file: String) throws -> [UInt8] { Array(try TextFile.read("\(path)/\(file)").utf8) }
}

@Suite("Charts against what Helm made of them")
struct RecordedChartTests {
    @Test("renders each byte as Helm did, and refuses in the same words", arguments: RecordedChart.all)
    func recorded(_ recorded: RecordedChart) throws {
        let (expected, isRefused): (String, Bool) = try recorded.expected()
        guard isRefused else {
            #expect(try recorded.rendered() == expected)
            return
        }
        #expect(problem { _ = try recorded.rendered() } + "\n" == expected)
    }

    @Test("knows charts that are rendered and charts that are refused")
    func both() throws {
        #expect(RecordedChart.all.count >= 19)
        #expect(try RecordedChart.all.filter { try $0.expected().isRefused }.count >= 12)
    }
}
