import HTTPModel
import Synchronization

/// Reads a response from a connection on which libcurl reads nothing.
struct ResponseReader {
    private let stream: any ByteStream
    private let limits: CurlTransport.Limits
    private var buffer: [UInt8] = []

    init(_ stream: any ByteStream, _ limits: CurlTransport.Limits) {
        self.stream = stream
        self.limits = limits
    }

    /// What has come beyond what was read.
    var rest: [UInt8] { buffer }

    /// The head; 101 is one that counts here.
    mutating func head() async throws -> HTTPResponse {
        var head = ResponseHead(limit: limits.headBytes, endsWithSwitch: true)
        while !head.isComplete { try head.receive(try await line()) }
        return HTTPResponse(status: head.status, headers: head.headers)
    }

    /// The whole body of a response whose head was read.
    mutating func body(of head: HTTPResponse) async throws -> [UInt8] {
        if head.headers["Transfer-Encoding"]?.lowercased() == "chunked" { return try await chunks() }
        guard let text = head.headers["Content-Length"] else { return try await everything() }
        guard let length = Int(text), length >= 0 else {
            throw HTTPTransportError(.malformed, "the response's Content-Length is no number")
        }
        try check(length)
        return try await take(length)
    }

    private mutating func everything() async throws -> [UInt8] {
        while try await fill() { try check(buffer.count) }
        defer { buffer = [] }
        return buffer
    }

    private mutating func chunks() async throws -> [UInt8] {
        var body: [UInt8] = []
        while true {
            let digits = String(decoding: try await line().prefix { $0 != 0x3B && $0 != 0x0D }, as: UTF8.self)
            guard digits.utf8.count <= 8, let length = Int(digits, radix: 16), length >= 0 else {
                throw HTTPTransportError(.malformed, "a chunk's size is no hexadecimal number")
            }
            try check(body.count + length)
            body += try await take(length)
            guard try await line().allSatisfy({ $0 == 0x0D }) else {
                throw HTTPTransportError(.malformed, "a chunk is longer than its size says")
            }
            // Trailers are of no use to anybody, and the connection is closed next.
            if length == 0 { return body }
        }
    }

    private func check(_ length: Int) throws {
        guard length <= limits.bodyBytes else {
            throw HTTPTransportError(
                .tooLarge, "the response is larger than the limit of \(limits.bodyBytes) bytes")
        }
    }

    /// A line without its line feed.
    private mutating func line() async throws -> [UInt8] {
        while true {
            if let end = buffer.firstIndex(of: 0x0A) {
                defer { buffer.removeSubrange(...end) }
                return Array(buffer[..<end])
            }
            guard buffer.count <= limits.headBytes else {
                throw HTTPTransportError(
                    .tooLarge, "the response's head is larger than the limit of \(limits.headBytes) bytes")
            }
            guard try await fill() else { throw Self.broken }
        }
    }

    private mutating func take(_ count: Int) async throws -> [UInt8] {
        while buffer.count < count {
            guard try await fill() else { throw Self.broken }
        }
        defer { buffer.removeSubrange(..<count) }
        return Array(buffer[..<count])
    }

    /// Whether something more has come.
    private mutating func fill() async throws -> Bool {
        guard let bytes = try await stream.read() else { return false }
        buffer += bytes
        return true
    }

    private static let broken = HTTPTransportError(
        .interrupted, "the connection broke before the response was whole: try again")
}

/// Bytes that are handed out once.
final class FirstBytes: Sendable {
    private let bytes: Mutex<[UInt8]?>

    init(_ bytes: [UInt8]) { self.bytes = Mutex(bytes.isEmpty ? nil : bytes) }

    func take() -> [UInt8]? {
        bytes.withLock { bytes in
            defer { bytes = nil }
            return bytes
        }
    }
}
