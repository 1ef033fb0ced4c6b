import HTTPModel

/// The head of a response, as it comes line by line.
struct ResponseHead {
    private(set) var status = 0
    private var fields: [HTTPHeaders.Field] = []
    /// Whether the last line of the final head has come.
    private(set) var isComplete = false
    private var byteCount = 0
    private let limit: Int
    private let endsWithSwitch: Bool

    /// With `endsWithSwitch`, 101 is a head that counts: no other follows it.
    init(limit: Int, endsWithSwitch: Bool = false) {
        self.limit = limit
        self.endsWithSwitch = endsWithSwitch
    }

    var headers: HTTPHeaders {
        var headers: HTTPHeaders = [:]
        for field in fields { headers.append(name: field.name, value: field.value) }
        return headers
    }

    /// Takes one line, with or without its line break.
    ///
    /// - Throws: ``HTTPTransportError`` where the head is too large or no head at all.
    mutating func receive(_ line: some Collection<UInt8>) throws(HTTPTransportError) {
        byteCount += line.count
        guard byteCount <= limit else {
            throw HTTPTransportError(.tooLarge, "the response's head is larger than the limit of \(limit) bytes")
        }
        let bytes = line.filter { $0 != 0x0D && $0 != 0x0A }
        if bytes.starts(with: "HTTP/".utf8) {
            try begin(String(decoding: bytes, as: UTF8.self))
        } else if isComplete {
            // A trailer, of which Kubernetes sends none.
        } else if bytes.isEmpty {
            // A head below 200 only announces the one that counts.
            isComplete = status >= 200 || endsWithSwitch && status == 101
        } else {
            try add(bytes[...])
        }
    }

    private mutating func begin(_ text: String) throws(HTTPTransportError) {
        let parts = text.split(separator: " ", maxSplits: 2)
        guard parts.count >= 2, parts[1].utf8.count == 3, let status = Int(parts[1]), status >= 100 else {
            throw HTTPTransportError(.malformed, "the response's first line has no status; is this an HTTP server?")
        }
        self.status = status
        fields = []
        isComplete = false
    }

    private mutating func add(_ line: ArraySlice<UInt8>) throws(HTTPTransportError) {
        if let first = line.first, Self.isSpace(first), let last = fields.indices.last {
            // An obsolete folded line goes on with the field before it.
            fields[last].value += " \(Self.trimmed(line))"
            return
        }
        // Bytes, not characters: a mark that combines with the colon would hide it.
        guard let colon = line.firstIndex(of: 0x3A), colon != line.startIndex else {
            throw HTTPTransportError(.malformed, "a line of the response's head is no field; is this an HTTP server?")
        }
        let name = String(decoding: line[..<colon], as: UTF8.self)
        fields.append(HTTPHeaders.Field(name: name, value: Self.trimmed(line[(colon + 1)...])))
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        guard let start = bytes.firstIndex(where: { !isSpace($0) }), let end = bytes.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(decoding: bytes[start...end], as: UTF8.self)
    }
}
