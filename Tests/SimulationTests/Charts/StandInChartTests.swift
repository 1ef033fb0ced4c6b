import Foundation
import Helm
import Simulation
import Testing

@Suite("the stand-in's chart inside the program")
struct StandInChartTests {
    @Test("holds every file that a rendering can see, byte for byte")
    func sameFiles() async throws {
        let reference = ChartReference(repository: "https://charts.example", name: "vcluster", version: "0.36.1")
        let inside = try await StandInCharts().chart(reference, credentials: nil).chart
        var outside = try Chart(files: try Self.files())
        outside.metadata.version = "0.36.1"
        #expect(inside.templates.map(\.path) == outside.templates.map(\.path))
        #expect(inside.templates.map(\.text) == outside.templates.map(\.text))
        #expect(inside.values == outside.values)
        #expect(inside.schema == outside.schema)
        #expect(inside.metadata == outside.metadata)
    }

    private static func files() throws -> [ChartFile] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Charts/vcluster-stand-in")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path).sorted()
        return try paths.compactMap { path in
            let file = root.appending(path: path)
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder), !isFolder.boolValue,
                path != "README.md"
            else { return nil }
            return ChartFile(path: path, bytes: [UInt8](try Data(contentsOf: file)))
        }
    }
}
