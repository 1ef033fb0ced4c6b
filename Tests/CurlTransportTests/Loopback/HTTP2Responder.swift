import Synchronization

/// The least of an HTTP/2 server: it answers every request alike, and reads no header.
struct HTTP2Responder {
    enum Answer: Sendable {
        /// 200 with this body.
        case body(String)
        /// Nothing, for ever.
        case silence
        /// The stream is reset: refused, with nothing done.
        case refusal
        /// The answer when so many requests have come on the connection.
        case together(Int)
    }

    private enum Kind {
        static let data: UInt8 = 0
        static let headers: UInt8 = 1
        static let reset: UInt8 = 3
        static let settings: UInt8 = 4
        static let ping: UInt8 = 6
    }

    let connection: LoopbackConnection
    /// What to answer to the n-th request of the connection, from 0.
    let answer: @Sendable (Int) -> Answer

    /// Serves until the connection ends.
    func run() {
        guard connection.read(exactly: 24) != nil else { return }  // The preface.
        send(Kind.settings, stream: 0)
        var requests = 0
        var waiting: [UInt32] = []
        while let frame = connection.read(exactly: 9) {
            let length = Int(frame[0]) << 16 | Int(frame[1]) << 8 | Int(frame[2])
            guard let payload = length == 0 ? [] : connection.read(exactly: length) else { return }
            let (kind, flags) = (frame[3], frame[4])
            let stream = frame[5...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
            switch kind {
            case Kind.settings where flags & 1 == 0: send(Kind.settings, flags: 1, stream: 0)
            case Kind.ping where flags & 1 == 0: send(Kind.ping, flags: 1, stream: 0, payload)
            // The flag ends the request, with its body where it has one.
            case Kind.headers where flags & 1 == 1, Kind.data where flags & 1 == 1:
                waiting.append(stream)
                reply(to: &waiting, answer(requests))
                requests += 1
            // Who gave a request up hears nothing of it.
            case Kind.reset: waiting.removeAll { $0 == stream }
            default: break
            }
        }
    }

    private func reply(to waiting: inout [UInt32], _ answer: Answer) {
        var body = ""
        switch answer {
        case .body(let text): body = text
        case .silence: return
        case .refusal:
            for stream in waiting { send(Kind.reset, stream: stream, [0, 0, 0, 7]) }
            waiting = []
            return
        case .together(let count):
            guard waiting.count == count else { return }
        }
        for stream in waiting {
            send(Kind.headers, flags: 4, stream: stream, [0x88])  // HPACK's name for `:status: 200`.
            send(Kind.data, flags: 1, stream: stream, Array(body.utf8))
        }
        waiting = []
    }

    private func send(_ kind: UInt8, flags: UInt8 = 0, stream: UInt32, _ payload: [UInt8] = []) {
        let length = (0..<3).map { UInt8(truncatingIfNeeded: payload.count >> (16 - 8 * $0)) }
        let number = (0..<4).map { UInt8(truncatingIfNeeded: stream >> (24 - 8 * $0)) }
        connection.write(length + [kind, flags] + number + payload)
    }
}
