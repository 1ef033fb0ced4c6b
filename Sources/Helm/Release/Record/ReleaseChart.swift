import Formats

/// A chart as releases keep it: made once, and put into as many releases as there are.
///
/// Helm keeps no charts of `charts/` in a release, and neither is done here.
package struct ReleaseChart: Sendable {
    package let name: String
    package let version: String
    package let appVersion: String
    /// The chart's JSON.
    let json: [UInt8]
    /// The files that take the most room, the largest first.
    let largestFiles: [(path: String, count: Int)]
    /// The files of `crds/`, also of the charts in it, which no release may install.
    let definitions: [String]
    /// The beginning of a release's JSON, packed where it is worth it.
    private let packed: PackedText?

    /// Takes a chart whose dependencies were processed, as Helm does before it makes a release.
    package init(_ chart: Chart) {
        name = chart.name
        version = chart.metadata.version
        appVersion = chart.metadata.appVersion
        json = chart.recordJSON.encoded()
        let files: [(path: String, count: Int)] = (chart.templates + chart.files).map { ($0.path, $0.bytes.count) }
        largestFiles = Array(files.sorted { ($1.count, $0.path) < ($0.count, $1.path) }.prefix(3))
        definitions = chart.definitions.map(\.path)
        packed = PackedText(Self.opening(json))
    }

    /// Takes a chart out of a stored release.
    init(_ stored: JSONValue) throws(HelmError) {
        var metadata: ReleaseFields = try ReleaseFields(stored["metadata"], place: "chart.metadata")
        name = try metadata.text("name")
        version = try metadata.text("version")
        appVersion = try metadata.text("appVersion")
        json = stored.encoded()
        (largestFiles, definitions) = ([], [])
        packed = nil
    }

    /// A release's JSON with this chart and the members given, in gzip.
    func gzip(with members: JSONObject) -> [UInt8] {
        (packed ?? PackedText(Self.opening(json))).gzip(followedBy: Self.rest(members))
    }

    /// No fewer bytes than that gzip has.
    func mostPacked(with members: JSONObject) -> Int {
        let opening: Int = packed?.packedCount ?? PackedText.most(of: Self.beginning.count + json.count)
        return PackedText.wrapping + opening + PackedText.most(of: Self.rest(members).count)
    }

    private static func rest(_ members: JSONObject) -> [UInt8] {
        var rest: [UInt8] = JSONValue.object(members).encoded()
        // The bracket that opens it is before the chart; an empty object has no comma.
        rest[0] = UInt8(ascii: ",")
        if members.isEmpty { rest.removeFirst() }
        return rest
    }

    private static let beginning: [UInt8] = Array(#"{"chart":"#.utf8)

    private static func opening(_ json: [UInt8]) -> [UInt8] { beginning + json }
}

extension ReleaseChart: Hashable {
    package static func == (left: ReleaseChart, right: ReleaseChart) -> Bool { left.json == right.json }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(version)
        hasher.combine(json.count)
    }
}

extension ReleaseChart: CustomStringConvertible, CustomReflectable {
    package var description: String { "\(name)-\(version)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
