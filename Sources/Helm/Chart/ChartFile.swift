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
    package var name: String { path.pathParts.last ?? path }

    /// The content as text; what is no UTF-8 is replaced.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension String {
    /// What is between the slashes of a path, without empty parts.
    ///
    /// By bytes: to `String` a slash before a combining accent is another character than a slash.
    var pathParts: [String] { utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) } }
}
