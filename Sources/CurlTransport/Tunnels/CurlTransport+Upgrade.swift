package import HTTPModel

extension CurlTransport {
    package func upgrade(
        _ request: HTTPRequest,
        _ use: (_ head: HTTPResponse, _ stream: any ByteStream) async throws -> Void
    ) async throws -> HTTPResponse {
        try await authenticated(request) { credential, deadline in
            let plan = try TransferPlan(request, credential: credential, configuration: configuration, isStream: true)
            let tunnel = Tunnel(plan, deadline: deadline, on: tunnels)
            return try await withTaskCancellationHandler {
                tunnels.open(tunnel)
                do {
                    let response = try await exchange(over: tunnel, use)
                    await close(tunnel)
                    return response
                } catch {
                    // Nothing is left behind, not even for a moment.
                    await close(tunnel)
                    throw error
                }
            } onCancel: {
                tunnels.close(tunnel)
            }
        }
    }

    private func close(_ tunnel: Tunnel) async {
        tunnels.close(tunnel)
        await tunnel.closed.settled()
    }

    private func exchange(
        over tunnel: Tunnel,
        _ use: (_ head: HTTPResponse, _ stream: any ByteStream) async throws -> Void
    ) async throws -> HTTPResponse {
        try await tunnel.opened.value()
        try await tunnel.stream.write(tunnel.plan.headBytes + tunnel.plan.body)
        var reader = ResponseReader(tunnel.stream, tunnel.plan.limits)
        let head = try await reader.head()
        guard head.status == 101 else {
            var response = head
            response.body = try await reader.body(of: head)
            return response
        }
        tunnel.markEstablished()
        try await use(head, UpgradedStream(reader.rest, then: tunnel.stream))
        return head
    }
}

/// A stream of which the first bytes have been read already.
private struct UpgradedStream: ByteStream {
    private let first: FirstBytes
    private let base: PipedStream

    init(_ first: [UInt8], then base: PipedStream) {
        self.first = FirstBytes(first)
        self.base = base
    }

    func read() async throws -> [UInt8]? {
        if let bytes = first.take() { return bytes }
        return try await base.read()
    }

    func write(_ bytes: [UInt8]) async throws { try await base.write(bytes) }

    // Over TLS libcurl can say nothing of the kind; the connection ends as a whole.
    func finish() {}
}
