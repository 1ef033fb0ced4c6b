/// A file of a chart.
package struct ChartFile: Sendable, Hashable {
    /// From the chart's folder, divided by `/`.
    package var path: String
    package var bytes: [UInt8]

    package init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }

    /// The part of the path after its last `/`.
    package var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The content as text; what is no UTF-8 is replaced.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
}
