import HTTPModel

/// The head of a response, as it comes line by line.
struct ResponseHead {
    private(set) var status = 0
    private var fields: [HTTPHeaders.Field] = []
    /// Whether the last line of the final head has come.
    private(set) var isComplete = false
    private var byteCount = 0
    private let limit: Int

    init(limit: Int) { self.limit = limit }

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
        let text = String(decoding: line.filter { $0 != 0x0D && $0 != 0x0A }, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            try begin(text)
        } else if isComplete {
            // A trailer, of which Kubernetes sends none.
        } else if text.isEmpty {
            // A head below 200 only announces the one that counts.
            isComplete = status >= 200
        } else {
            try add(text)
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

    private mutating func add(_ text: String) throws(HTTPTransportError) {
        if text.first == " " || text.first == "\t", let last = fields.indices.last {
            // An obsolete folded line goes on with the field before it.
            fields[last].value += " \(Self.trimmed(text[...]))"
            return
        }
        guard let colon = text.firstIndex(of: ":"), colon != text.startIndex else {
            throw HTTPTransportError(.malformed, "a line of the response's head is no field; is this an HTTP server?")
        }
        let value = Self.trimmed(text[text.index(after: colon)...])
        fields.append(HTTPHeaders.Field(name: String(text[..<colon]), value: value))
    }

    private static func trimmed(_ text: Substring) -> String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        guard let start = text.firstIndex(where: { !isSpace($0) }), let end = text.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(text[start...end])
    }
}
