package import HTTPModel

/// Reads HTTP/1.1 requests from bytes, however they are cut into pieces.
///
///     head ──(no body)──────────────────────────▶ request ──▶ head
///       ├────(Content-Length)──▶ body ───────────▶ request
///       └────(chunked)──▶ chunkHead ⇄ chunkBody ─▶ trailer ──▶ request
///
/// Strict where leniency lets two parsers disagree about where a request ends: no bare line feeds, no folded
/// fields, no space before a colon, never both `Content-Length` and `Transfer-Encoding`.
package struct HTTPRequestParser: Sendable {
    package enum Event: Sendable, Hashable {
        case needsMoreBytes
        case request(HTTPRequest, keepsAlive: Bool)
        /// The connection cannot go on: answer this status and close.
        case failure(status: Int, reason: String)
    }

    struct Failure: Error {
        var status: Int
        var reason: String
    }

    private enum State {
        case head
        case body(remaining: Int)
        case chunkHead
        case chunkBody(remaining: Int)
        case chunkEnd
        case trailer
        case failed(Failure)
    }

    private let limits: HTTPServerLimits
    private var buffer: [UInt8] = []
    /// Bytes of `buffer` already consumed; dropped in one piece, so that parsing stays linear.
    private var consumed = 0
    private var state = State.head
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var trailerBytes = 0
    /// Whether the sender of the last request takes chunked responses.
    private(set) var takesChunks = true

    package init(limits: HTTPServerLimits = HTTPServerLimits()) { self.limits = limits }

    /// Whether a request was begun and not finished.
    package var isInsideRequest: Bool {
        guard case .head = state else { return true }
        return consumed < buffer.count
    }

    /// How long the body is that is being received, as far as its sender has told; `nil` outside of one.
    var announcedBodyBytes: Int? {
        switch state {
        case .head, .failed: nil
        case .body(let remaining), .chunkBody(let remaining): body.count + remaining
        case .chunkHead, .chunkEnd, .trailer: body.count
        }
    }

    package mutating func receive(_ bytes: some Sequence<UInt8>) {
        if consumed > 0 {
            buffer.removeFirst(consumed)
            consumed = 0
        }
        buffer += bytes
    }

    /// What has come beyond the last request, which this parser then forgets.
    mutating func takeRest() -> [UInt8] {
        defer { (buffer, consumed) = ([], 0) }
        return Array(buffer[consumed...])
    }

    /// The next request, or what is needed before there is one; call it until it needs more bytes.
    package mutating func next() -> Event {
        do throws(Failure) {
            while true {
                if let event = try step() { return event }
            }
        } catch {
            state = .failed(error)
            return .failure(status: error.status, reason: error.reason)
        }
    }

    /// One transition; `nil` where the next one can follow at once.
    private mutating func step() throws(Failure) -> Event? {
        switch state {
        case .head:
            guard let lines = try takeHead() else { return .needsMoreBytes }
            return try begin(HTTPRequestHead(lines: lines, limits: limits))
        case .body(let remaining):
            return takeBody(remaining) ? finish() : .needsMoreBytes
        case .chunkHead:
            return try takeChunkHead()
        case .chunkBody(let remaining):
            guard takeBody(remaining) else { return .needsMoreBytes }
            state = .chunkEnd
            return nil
        case .chunkEnd:
            guard let line = try takeLine(limit: 0) else { return .needsMoreBytes }
            guard line.isEmpty else { throw Failure(status: 400, reason: "a chunk is longer than its size says") }
            state = .chunkHead
            return nil
        case .trailer:
            return try takeTrailer()
        case .failed(let failure):
            throw failure
        }
    }

    private mutating func begin(_ head: HTTPRequestHead) throws(Failure) -> Event? {
        self.head = head
        takesChunks = head.takesChunks
        switch head.bodyLength {
        case .none: return finish()
        case .fixed(let length):
            guard length <= limits.bodyBytes else { throw tooLargeBody }
            state = .body(remaining: length)
        case .chunked:
            state = .chunkHead
        }
        return nil
    }

    private mutating func finish() -> Event {
        defer {
            head = nil
            body = []
            trailerBytes = 0
            state = .head
        }
        guard let head else { return .failure(status: 500, reason: "a body without a head") }
        let request = HTTPRequest(head.method, head.target, headers: head.headers, body: body)
        return .request(request, keepsAlive: head.keepsAlive)
    }

    private var tooLargeBody: Failure {
        Failure(status: 413, reason: "the body is larger than \(limits.bodyBytes) bytes")
    }
}

// MARK: - Taking bytes from the buffer

extension HTTPRequestParser {
    /// The lines of a whole head, `nil` until its empty line has come.
    private mutating func takeHead() throws(Failure) -> [[UInt8]]? {
        // Robustness of RFC 9112 2.2: an empty line before a request is skipped.
        while buffer.count - consumed >= 2, buffer[consumed] == 0x0D, buffer[consumed + 1] == 0x0A { consumed += 2 }
        let start = consumed
        var lines: [[UInt8]] = []
        while let line = try takeLine(limit: limits.headBytes - (consumed - start)) {
            if line.isEmpty { return lines }
            lines.append(line)
            guard lines.count <= limits.headerFields + 1 else {
                throw Failure(status: 431, reason: "more than \(limits.headerFields) header fields")
            }
        }
        consumed = start
        return nil
    }

    /// One line without its end, `nil` until it is whole.
    private mutating func takeLine(limit: Int) throws(Failure) -> [UInt8]? {
        var index = consumed
        while index < buffer.count, buffer[index] != 0x0A {
            guard index - consumed <= limit else {
                throw Failure(status: 431, reason: "the head is larger than \(limits.headBytes) bytes")
            }
            index += 1
        }
        guard index < buffer.count else { return nil }
        guard index > consumed, buffer[index - 1] == 0x0D else {
            throw Failure(status: 400, reason: "a line ends without a carriage return")
        }
        defer { consumed = index + 1 }
        return Array(buffer[consumed..<(index - 1)])
    }

    private mutating func takeBody(_ remaining: Int) -> Bool {
        let count = min(remaining, buffer.count - consumed)
        body += buffer[consumed..<(consumed + count)]
        consumed += count
        guard count == remaining else {
            if case .chunkBody = state {
                state = .chunkBody(remaining: remaining - count)
            } else {
                state = .body(remaining: remaining - count)
            }
            return false
        }
        return true
    }

    private mutating func takeChunkHead() throws(Failure) -> Event? {
        guard let line = try takeLine(limit: 256) else { return .needsMoreBytes }
        let digits = line.prefix { $0 != 0x3B }
        guard let size = Int(hexadecimal: digits) else {
            throw Failure(status: 400, reason: "a chunk's size is no hexadecimal number")
        }
        guard size <= limits.bodyBytes - body.count else { throw tooLargeBody }
        state = size == 0 ? .trailer : .chunkBody(remaining: size)
        return nil
    }

    private mutating func takeTrailer() throws(Failure) -> Event? {
        guard let line = try takeLine(limit: limits.headBytes) else { return .needsMoreBytes }
        if line.isEmpty { return finish() }
        trailerBytes += line.count
        guard trailerBytes <= limits.headBytes else {
            throw Failure(status: 431, reason: "the trailer is larger than \(limits.headBytes) bytes")
        }
        return nil
    }
}

extension Int {
    /// Reads up to eight hexadecimal digits, which fits a body's size and cannot overflow.
    fileprivate init?(hexadecimal digits: ArraySlice<UInt8>) {
        guard (1...8).contains(digits.count) else { return nil }
        var value = 0
        for digit in digits {
            switch digit {
            case 0x30...0x39: value = value << 4 | Int(digit - 0x30)
            case 0x41...0x46: value = value << 4 | Int(digit - 0x41 + 10)
            case 0x61...0x66: value = value << 4 | Int(digit - 0x61 + 10)
            default: return nil
            }
        }
        self = value
    }
}
