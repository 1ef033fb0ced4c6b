import HTTPModel

/// A request line and its header fields, checked.
struct HTTPRequestHead: Sendable {
    enum BodyLength: Sendable, Hashable {
        case none
        case fixed(Int)
        case chunked
    }

    let method: HTTPRequest.Method
    let target: String
    let headers: HTTPHeaders
    let bodyLength: BodyLength
    let keepsAlive: Bool
    /// HTTP/1.1, which has chunks in responses.
    let takesChunks: Bool

    init(lines: [[UInt8]], limits: HTTPServerLimits) throws(HTTPRequestParser.Failure) {
        guard let requestLine = lines.first else { throw Self.bad("the request line is missing") }
        let words = requestLine.split(separator: 0x20, omittingEmptySubsequences: false)
        guard words.count == 3 else { throw Self.bad("the request line is not of the form 'METHOD target HTTP/1.1'") }
        guard let method = HTTPRequest.Method(rawValue: String(decoding: words[0], as: UTF8.self)) else {
            throw HTTPRequestParser.Failure(status: 501, reason: "this method is not supported")
        }
        guard let isPersistent = Self.isPersistent(version: words[2]) else {
            throw HTTPRequestParser.Failure(status: 505, reason: "only HTTP/1.1 and HTTP/1.0 are spoken here")
        }
        // Printable ASCII only: what is not must be percent-encoded, and control characters would reach logs.
        guard words[1].first == 0x2F, words[1].allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Self.bad("the target must begin with '/' and be percent-encoded")
        }
        var headers = HTTPHeaders()
        for line in lines.dropFirst() {
            let field = try Self.field(line)
            headers.append(name: field.name, value: field.value)
        }
        self.method = method
        self.target = String(decoding: words[1], as: UTF8.self)
        self.headers = headers
        bodyLength = try Self.bodyLength(headers)
        keepsAlive = Self.keepsAlive(headers, isPersistent: isPersistent)
        takesChunks = isPersistent
    }

    private static func bad(_ reason: String) -> HTTPRequestParser.Failure {
        HTTPRequestParser.Failure(status: 400, reason: reason)
    }

    private static func isPersistent(version: ArraySlice<UInt8>) -> Bool? {
        switch String(decoding: version, as: UTF8.self) {
        case "HTTP/1.1": true
        case "HTTP/1.0": false
        default: nil
        }
    }

    private static func field(_ line: [UInt8]) throws(HTTPRequestParser.Failure) -> HTTPHeaders.Field {
        guard let colon = line.firstIndex(of: 0x3A), colon > 0, line[..<colon].allSatisfy(isTokenByte) else {
            throw bad("a header field is not of the form 'Name: value'")
        }
        var value = line[(colon + 1)...]
        while let first = value.first, first == 0x20 || first == 0x09 { value = value.dropFirst() }
        while let last = value.last, last == 0x20 || last == 0x09 { value = value.dropLast() }
        guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw bad("a header field holds a control character")
        }
        return HTTPHeaders.Field(
            name: String(decoding: line[..<colon], as: UTF8.self),
            value: String(decoding: value, as: UTF8.self)
        )
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private static func bodyLength(_ headers: HTTPHeaders) throws(HTTPRequestParser.Failure) -> BodyLength {
        let lengths = headers.values(of: "Content-Length")
        let encodings = headers.values(of: "Transfer-Encoding")
        switch (lengths.count, encodings.count) {
        case (0, 0): return .none
        case (1, 0):
            // Up to ten digits: more would be above every limit and might overflow.
            guard (1...10).contains(lengths[0].utf8.count), lengths[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let length = Int(lengths[0])
            else { throw bad("Content-Length is no number") }
            return length == 0 ? .none : .fixed(length)
        case (0, 1):
            guard encodings[0].lowercased() == "chunked" else {
                throw HTTPRequestParser.Failure(status: 501, reason: "only the transfer encoding 'chunked' is read")
            }
            return .chunked
        default: throw bad("the body's length is given twice")
        }
    }

    private static func keepsAlive(_ headers: HTTPHeaders, isPersistent: Bool) -> Bool {
        let options: [String] = headers.values(of: "Connection")
            .joined(separator: ",")
            .lowercased()
            .split(separator: ",")
            .map { String($0.drop { $0 == " " }) }
        if options.contains("close") { return false }
        return isPersistent || options.contains("keep-alive")
    }
}
