import Glibc
import HTTPModel

/// A connection of which only the bytes matter: moves them between its socket and the pipes of a ``ByteStream``.
///
/// Neither side is read from while the other one takes nothing: what is held stays within the pipes' capacity.
struct UpgradedConnection {
    enum Outcome {
        case goesOn
        case over
    }

    private static let pieceBytes = 64 << 10

    private let stream: PipedStream
    private var hasReadAll = false
    private var hasSentAll = false
    private var isLeaving = false

    /// Takes the handler's end: what it reads comes from the socket.
    init(_ stream: PipedStream) { self.stream = stream }

    /// What to poll the socket for, beside what is left to be sent.
    var interest: Int32 { reads ? Int32(POLLIN) : 0 }

    private var reads: Bool { !hasReadAll && (isLeaving || stream.incoming.hasRoom) }

    mutating func move(_ channel: inout ByteChannel) -> Outcome {
        guard send(&channel), receive(&channel), send(&channel) else { return .over }
        return hasSentAll && hasReadAll && !channel.isBlocked ? .over : .goesOn
    }

    /// Takes that nobody reads or writes any more.
    ///
    /// What still comes is thrown away: to close a socket with something unread in it would take from the client what
    /// it has not read yet.
    mutating func leave() {
        isLeaving = true
        stream.incoming.end(.failure(Self.closed))
        stream.outgoing.end(.success(()))
    }

    /// Has whoever waits hear that the connection is gone.
    func abandon() { stream.fail(Self.closed) }

    private static let closed = HTTPTransportError(.closed, "the connection is closed")

    /// `false` where the connection is broken.
    private mutating func send(_ channel: inout ByteChannel) -> Bool {
        while true {
            guard channel.flush() else { return false }
            guard !channel.isBlocked, channel.isOpen, !hasSentAll else { return true }
            let bytes = stream.outgoing.take()
            if !bytes.isEmpty {
                channel.send(bytes)
            } else if stream.outgoing.isDrained {
                hasSentAll = true
                channel.finish()
                guard channel.flush() else { return false }
                channel.endSending()
            } else {
                return true
            }
        }
    }

    /// `false` where the connection is broken.
    private mutating func receive(_ channel: inout ByteChannel) -> Bool {
        while reads {
            switch channel.receive(atMost: Self.pieceBytes) {
            case .bytes(let bytes):
                guard !bytes.isEmpty else { return true }
                if !isLeaving { bytes.withUnsafeBytes { stream.incoming.offer($0) } }
            case .end:
                hasReadAll = true
                stream.incoming.end(.success(()))
            case .broken: return false
            }
        }
        return true
    }
}
