package import HTTPModel
import Synchronization

/// Says whether this process may change the cluster right now: leader election and the pause switch do.
package protocol WriteGate: Sendable {
    /// - Throws: ``WriteRefusal`` where no mutating request may be sent.
    func permit() throws
}

/// A change that was not sent, since this process may not write at the moment.
package struct WriteRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// The lease is another's, or was not renewed in time.
        case notLeading = "NotLeading"
        /// Somebody has paused all writing.
        case paused = "Paused"
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

/// Permits what all of its gates permit.
package struct WriteGates: WriteGate {
    private let gates: [any WriteGate]

    package init(_ gates: [any WriteGate]) { self.gates = gates }

    package func permit() throws {
        for gate in gates { try gate.permit() }
    }
}

/// Refuses every change while it is on.
package final class PauseSwitch: WriteGate {
    private let reason = Mutex<String?>(nil)

    package init() {}

    /// Why writing is paused; `nil` while it is not.
    package var pausedBecause: String? { reason.withLock { $0 } }

    package func pause(because text: String) { reason.withLock { $0 = text } }
    package func resume() { reason.withLock { $0 = nil } }

    package func permit() throws {
        if let text = pausedBecause { throw WriteRefusal(.paused, text) }
    }
}

/// Sends a changing request only while its gate permits, and gives every request its time limit.
///
/// The gate is asked at the last moment before each request is sent, so that a retry, or a task that was suspended
/// for a while, is refused as well: a transport that retries goes above this one. Who needs to change the cluster
/// gets a client on top of both and cannot forget.
package struct GatedTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let gate: (any WriteGate)?
    private let changeTimeout: Duration

    /// A changing request has an answer or fails within `changeTimeout`.
    ///
    /// The default is shorter than the time between the deadline of a lease and its end, so that what was sent in
    /// time is settled before another process may lead.
    package init(_ base: any HTTPTransport, gate: (any WriteGate)?, changeTimeout: Duration = .seconds(4)) {
        self.base = base
        self.gate = gate
        self.changeTimeout = changeTimeout
    }

    package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await base.send(permitted(request))
    }

    package func stream(
        _ request: HTTPRequest,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        try await base.stream(permitted(request), receive)
    }

    private func permitted(_ request: HTTPRequest) throws -> HTTPRequest {
        guard request.method != .get, request.method != .head else { return request }
        try gate?.permit()
        var request = request
        request.timeout = min(request.timeout ?? changeTimeout, changeTimeout)
        return request
    }
}
