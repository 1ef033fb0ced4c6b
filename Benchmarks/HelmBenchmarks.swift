import Formats
import Glibc
import GoTemplate
import Helm

/// Rendering a chart for one tenant after another, beside Go's `text/template` and sprig on the same chart.
///
/// Values are completed and all templates executed for every tenant; ours parses the chart once, Helm does each time.
let helmFamily: Family = Family(name: "helm") { selection in
    let peer: PeerProcess? = PeerProcess(".build/peers/helm", arguments: [ChartBench.chart, ChartBench.values])
    let bench: ChartBench = try ChartBench()
    var figures: [Figure] = []
    if selection.wants("helm.render") {
        let engine: ChartEngine = try ChartEngine(bench.loaded.allTemplates, functions: bench.functions)
        let figure: Figure = try await bench.figure("helm.render", peer: peer) { tenant in
            try engine.render(bench.values(of: bench.loaded, for: tenant))
        }
        figures.append(figure)
    }
    if selection.wants("helm.first_render") {
        let figure: Figure = try await bench.figure("helm.first_render", peer: peer) { tenant in
            let chart: Chart = try Chart(folder: BenchFolder(path: ChartBench.chart))
            let engine: ChartEngine = try ChartEngine(chart.allTemplates, functions: bench.functions)
            return try engine.render(bench.values(of: chart, for: tenant))
        }
        figures.append(figure)
    }
    return figures
}

/// A chart of the size and habits of those that make control planes, and what a tenant asks of it.
private struct ChartBench: Sendable {
    static let chart: String = "Benchmarks/Charts/cell"
    static let values: String = "Benchmarks/Charts/tenant.yaml"

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    let loaded: Chart
    let given: JSONObject
    let capabilities: Capabilities
    let functions: FunctionLibrary

    init() throws {
        guard let values = read(Self.values) else {
            throw Failure(description: "cannot read \(Self.values): run from the package's folder")
        }
        loaded = try Chart(folder: BenchFolder(path: Self.chart))
        given = try JSONObject(values: values, name: Self.values)
        capabilities = Capabilities(
            kubeVersion: try .init(parsing: "v1.34.0"), apiVersions: ["v1", "apps/v1", "autoscaling/v2"])
        functions = HelmFunctions.library(
            HelmFunctionSources(
                now: { Timestamp(sinceEpoch: .zero) }, randomBytes: { Array(repeating: 0, count: $0) }))
    }

    func values(of chart: Chart, for tenant: String) throws -> RenderValues {
        try RenderValues(
            chart: chart.processingDependencies(values: given), values: given,
            release: ReleaseIdentity(name: tenant, namespace: "team-\(tenant)"), capabilities: capabilities)
    }

    /// Milliseconds of one render; both sides must write the same.
    func figure(
        _ name: String, peer: PeerProcess?, _ body: (String) throws -> [String: String]
    ) async throws -> Figure {
        let verb: String = name == "helm.render" ? "render" : "first"
        var round: Int = 0
        var checksum: String = ""
        let time: (ours: Double, peer: Double?) = try await alternating(rounds: 60) {
            round += 1
            var texts: [String: String] = [:]
            let time: Double = try seconds { texts = try body("tenant-\(round)") }
            checksum = Self.checksum(texts)
            return time
        } peer: {
            guard let answer = peer?.ask("\(verb) tenant-\(round)") else { return nil }
            let words: [Substring] = answer.split(separator: " ")
            guard words.count == 2, words[1] == checksum else {
                throw Failure(description: "tenant-\(round) is not rendered as the peer renders it: \(answer)")
            }
            return Double(words[0])
        }
        var figure: Figure = Figure(name: name, value: time.ours * 1e3, unit: "ms", isBetterWhenSmaller: true)
        figure.peer = time.peer.map { .init(name: "go text/template and sprig", value: $0 * 1e3) }
        if time.peer == nil { figure.note = "no peer: run Scripts/bench-peers" }
        return figure
    }

    /// The 64-bit FNV-1a of all names and texts.
    private static func checksum(_ texts: [String: String]) -> String {
        var sum: UInt64 = 0xCBF2_9CE4_8422_2325
        for (name, text) in texts.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            for byte in "\(name)\n\(text)\n".utf8 { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        return String(sum, radix: 16)
    }
}

/// A chart's folder on the disk.
private struct BenchFolder: ChartFolder {
    let path: String

    func entries(of folder: String) throws -> [ChartFolderEntry] {
        let place: String = folder.isEmpty ? path : "\(path)/\(folder)"
        guard let stream = opendir(place) else { throw ChartBench.Failure(description: "there is no \(place)") }
        defer { closedir(stream) }
        var entries: [ChartFolderEntry] = []
        while let entry = readdir(stream) {
            let name: String = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name != ".", name != ".." else { continue }
            let isFolder: Bool = Int(entry.pointee.d_type) == Int(DT_DIR)
            entries.append(ChartFolderEntry(name: name, kind: isFolder ? .folder : .file))
        }
        return entries
    }

    func read(_ file: String) throws -> [UInt8] {
        guard let bytes = Benchmarks.read("\(path)/\(file)") else {
            throw ChartBench.Failure(description: "cannot read \(path)/\(file)")
        }
        return bytes
    }
}
