/// The path and the query of a request, each part percent-encoded.
package struct RequestTarget: Sendable, Hashable {
    private(set) var text: String
    private var hasQuery = false

    /// Joins path segments.
    ///
    /// - Throws: `.badRequest` where a segment would address something else than it names: the API server takes
    ///   `.`, `..`, an empty segment, `/` and `%` in no name, and a proxy before it may resolve them.
    init(_ segments: [String]) throws(KubernetesError) {
        text = ""
        for segment in segments {
            try Self.check(segment)
            text += "/" + Self.escape(segment)
        }
    }

    mutating func query(_ name: String, _ value: String?) {
        guard let value else { return }
        text += (hasQuery ? "&" : "?") + name + "=" + Self.escape(value)
        hasQuery = true
    }

    private static func check(_ segment: String) throws(KubernetesError) {
        let isPlain = !segment.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "%") || $0 == 0 }
        guard segment.isEmpty || segment == "." || segment == ".." || !isPlain else { return }
        throw KubernetesError(
            .badRequest,
            "\"\(segment.escapingControls())\" cannot be part of an object's address: "
                + "use a name that is not empty, not \".\" or \"..\", and holds no \"/\" and no \"%\""
        )
    }

    /// Percent-encodes everything but unreserved characters and colons.
    package static func escape(_ text: String) -> String {
        var escaped: [UInt8] = []
        escaped.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ":"):
                escaped.append(byte)
            default:
                escaped += [UInt8(ascii: "%"), hexadecimal(byte >> 4), hexadecimal(byte & 15)]
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10
    }
}
