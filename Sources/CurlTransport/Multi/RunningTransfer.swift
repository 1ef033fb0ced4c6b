import CCurl
import HTTPModel

/// A transfer that libcurl has under way; confined to the curl thread.
final class RunningTransfer {
    let transfer: Transfer
    let easy: EasyHandle
    /// `nil` once a stream's head is there.
    private(set) var deadline: ContinuousClock.Instant?
    /// When the request was last handed to a connection; `nil` while it waits for one.
    private(set) var sentAt: ContinuousClock.Instant?
    /// The port on our side of that connection.
    private(set) var localPort: Int32 = 0
    private let sockets: SocketTable
    private var head: ResponseHead
    private var body: [UInt8] = []
    /// Why a callback broke the transfer off.
    private var failure: HTTPTransportError?
    private var plan: TransferPlan { transfer.plan }

    init(_ transfer: Transfer, _ easy: EasyHandle, _ sockets: SocketTable) {
        self.transfer = transfer
        self.easy = easy
        self.sockets = sockets
        deadline = transfer.deadline
        head = ResponseHead(limit: transfer.plan.limits.headBytes)
    }

    /// Prepares the handle; libcurl calls back into this object, which has to outlive the transfer.
    func prepare() throws(HTTPTransportError) {
        easy.apply(plan)
        let context = Unmanaged.passUnretained(self).toOpaque()
        for option in [CURLOPT_HEADERDATA, CURLOPT_WRITEDATA, CURLOPT_PREREQDATA, CURLOPT_PRIVATE] {
            easy.set(option, pointer: context)
        }
        easy.note(
            envfactory_curl_setopt_write(easy.raw, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
                RunningTransfer.from(context)?.receiveHead(UnsafeRawBufferPointer(start: bytes, count: size &* count))
                    ?? 0
            }
        )
        easy.note(
            envfactory_curl_setopt_write(easy.raw, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                RunningTransfer.from(context)?.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size &* count))
                    ?? 0
            }
        )
        easy.note(
            envfactory_curl_setopt_prerequest(easy.raw) { context, _, _, _, localPort in
                RunningTransfer.from(context)?.willSend(localPort: localPort) ?? CURL_PREREQFUNC_ABORT
            }
        )
        sockets.attach(to: easy)
        try easy.checkOptions()
    }

    static func from(_ context: UnsafeMutableRawPointer?) -> RunningTransfer? {
        context.map { Unmanaged<RunningTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    // MARK: Callbacks

    private func willSend(localPort: Int32) -> Int32 {
        // libcurl sends again what met a connection that had died. What changes something must not be sent twice:
        // only the caller knows how to find out whether it was done.
        guard sentAt == nil || plan.isSafe else {
            failure = plan.failure(CURLE_GOT_NOTHING, of: easy, wasSent: sentAt != nil)
            return CURL_PREREQFUNC_ABORT
        }
        let now = ContinuousClock.now
        // A connection that comes too late is no reason to send what nobody waits for.
        guard deadline.map({ now < $0 }) ?? true else {
            failure = timeout
            return CURL_PREREQFUNC_ABORT
        }
        sentAt = now
        self.localPort = localPort
        return CURL_PREREQFUNC_OK
    }

    private func receiveHead(_ line: UnsafeRawBufferPointer) -> Int {
        sockets.heard(on: localPort)
        do throws(HTTPTransportError) {
            try head.receive(line)
            if head.isComplete { headIsThere() }
            return line.count
        } catch {
            failure = placed(error)
            return 0
        }
    }

    /// Also called for trailers.
    private func headIsThere() {
        if streams {
            deadline = nil
            transfer.response.settle(.success(HTTPResponse(status: head.status, headers: head.headers)))
        } else if body.isEmpty, let length = head.headers["Content-Length"].flatMap(Int.init), length > 0 {
            body.reserveCapacity(min(length, plan.limits.bodyBytes, 1 << 20))
        }
    }

    /// Whether the body goes to a receiver line by line.
    private var streams: Bool { transfer.lines != nil && (200..<300).contains(head.status) }

    private func receiveBody(_ piece: UnsafeRawBufferPointer) -> Int {
        sockets.heard(on: localPort)
        do throws(HTTPTransportError) {
            if streams, let lines = transfer.lines {
                return try lines.offer(piece) ? piece.count : Int(CURL_WRITEFUNC_PAUSE)
            }
            guard body.count + piece.count <= plan.limits.bodyBytes else {
                throw HTTPTransportError(
                    .tooLarge, "the response is larger than the limit of \(plan.limits.bodyBytes) bytes"
                )
            }
            body.append(contentsOf: piece)
            return piece.count
        } catch {
            failure = placed(error)
            return 0
        }
    }

    private func placed(_ error: HTTPTransportError) -> HTTPTransportError {
        HTTPTransportError(error.code, "\(error.message) (\(plan))")
    }

    // MARK: Outcomes

    /// What libcurl's result means, to be settled when the handle is free.
    func outcome(_ code: CURLcode) -> Result<HTTPResponse, HTTPTransportError> {
        if let failure { return .failure(failure) }
        guard code == CURLE_OK else { return .failure(plan.failure(code, of: easy, wasSent: sentAt != nil)) }
        guard head.isComplete else {
            // libcurl calls it a success when a connection closes in order within a head.
            return .failure(plan.failure(CURLE_GOT_NOTHING, of: easy, wasSent: sentAt != nil))
        }
        var headers = head.headers
        if plan.compression, headers["Content-Encoding"] != nil {
            // libcurl has undone it, and the length was of what came.
            headers["Content-Encoding"] = nil
            headers["Content-Length"] = nil
        }
        return .success(HTTPResponse(status: head.status, headers: headers, body: body))
    }

    /// The error of a deadline that passed.
    var timeout: HTTPTransportError { plan.timeout(wasConnected: sentAt != nil) }
}
