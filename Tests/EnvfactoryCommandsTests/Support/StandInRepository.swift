import Foundation
import HTTPModel
import Helm

/// A chart repository with the stand-in for vCluster's chart, in two versions.
struct StandInRepository: HTTPTransport {
    static let versions = ["0.36.900", "0.36.901"]

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        if request.target == "https://charts.example/index.yaml" {
            let entries = Self.versions.map { "  - {name: vcluster, version: \($0), urls: [vcluster-\($0).tgz]}\n" }
            return HTTPResponse(
                status: 200, body: Array("apiVersion: v1\nentries:\n  vcluster:\n\(entries.joined())".utf8))
        }
        for version in Self.versions where request.target == "https://charts.example/vcluster-\(version).tgz" {
            return HTTPResponse(status: 200, body: try Self.archive(version))
        }
        return HTTPResponse(status: 404)
    }

    func stream(
        _ request: HTTPRequest, _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        HTTPResponse(status: 404)
    }

    private static func archive(_ version: String) throws -> [UInt8] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Charts/vcluster-stand-in")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path).sorted()
        let files = try paths.compactMap { path -> ChartFile? in
            let file = root.appending(path: path)
            guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { return nil }
            let text = try String(contentsOf: file, encoding: .utf8)
            let whole = path == "Chart.yaml" ? text.replacingOccurrences(of: "0.36.900", with: version) : text
            return ChartFile(path: path, bytes: Array(whole.utf8))
        }
        return ChartArchive.pack(files, folder: "vcluster")
    }
}
