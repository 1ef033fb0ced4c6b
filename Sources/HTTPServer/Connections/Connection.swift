import Glibc
import HTTPModel

/// One client's connection: bytes in, requests out, responses back in the order of their requests.
struct Connection {
    enum Step {
        /// Nothing to do until the socket is ready again.
        case waiting
        /// A whole request has come; no other is read until its response is written.
        case request(HTTPRequest)
        case finished
    }

    let descriptor: Int32
    private var parser: HTTPRequestParser
    private var output: [UInt8] = []
    private var written = 0
    private var closesAfterOutput = false
    /// A request is with the handler.
    private var awaitsResponse = false
    private var keepsAlive = true
    private var isHead = false
    /// When the client has had its time; `nil` while the handler has the request.
    private(set) var deadline: ContinuousClock.Instant?
    private let idle: Duration

    init(descriptor: Int32, limits: HTTPServerLimits, now: ContinuousClock.Instant) {
        self.descriptor = descriptor
        parser = HTTPRequestParser(limits: limits)
        idle = limits.idle
        deadline = now + limits.idle
    }

    var wantsToRead: Bool { !awaitsResponse && !closesAfterOutput && output.isEmpty }
    var wantsToWrite: Bool { !output.isEmpty }

    /// Reads what has come and looks for a request in it.
    mutating func read(now: ContinuousClock.Instant) -> Step {
        guard wantsToRead else { return .waiting }
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        if count < 0 { return errno == EAGAIN || errno == EINTR ? .waiting : .finished }
        guard count > 0 else { return .finished }
        if !parser.isInsideRequest { deadline = now + idle }
        parser.receive(bytes[..<count])
        return nextRequest(now: now)
    }

    /// Takes the handler's response.
    mutating func respond(_ response: HTTPResponse, now: ContinuousClock.Instant) -> Step {
        awaitsResponse = false
        output = response.serialized(keepsAlive: keepsAlive, isHead: isHead)
        closesAfterOutput = !keepsAlive
        deadline = now + idle
        return write(now: now)
    }

    /// Writes as much as the socket takes; after the last byte, looks for the next request.
    mutating func write(now: ContinuousClock.Instant) -> Step {
        while written < output.count {
            let count = output.withUnsafeBytes { bytes in
                send(
                    descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written,
                    Int32(MSG_NOSIGNAL))
            }
            if count < 0 { return errno == EAGAIN || errno == EINTR ? .waiting : .finished }
            written += count
            deadline = now + idle
        }
        output = []
        written = 0
        return closesAfterOutput ? .finished : nextRequest(now: now)
    }

    private mutating func nextRequest(now: ContinuousClock.Instant) -> Step {
        switch parser.next() {
        case .needsMoreBytes:
            return .waiting
        case .request(let request, let keepsAlive):
            awaitsResponse = true
            self.keepsAlive = keepsAlive
            isHead = request.method == .head
            deadline = nil
            return .request(request)
        case .failure(let status, let reason):
            keepsAlive = false
            let body = Array("\(reason)\n".utf8)
            return respond(HTTPResponse(status: status, headers: ["Content-Type": "text/plain"], body: body), now: now)
        }
    }
}
