package import HTTPModel

extension SimulatedAPIServer {
    /// Answers a request that came over a network.
    ///
    /// A watch that is granted goes line by line: first `begin` is given its head, then `receive` its lines; what is
    /// returned then only says that it ended. Everything else is returned whole.
    ///
    /// - Throws: What a connection that breaks looks like.
    package func serve(
        _ request: HTTPRequest,
        as identity: Identity,
        begin: (HTTPResponse) async throws -> Void,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        guard request.method == .get, request.target.contains("watch=") else {
            return try await send(request, as: identity)
        }
        // What turns out to be no watch comes in one piece, without a beginning.
        var hasBegun = false
        var body: [UInt8] = []
        var response = try await stream(request, as: identity) { head in
            hasBegun = true
            try await begin(head)
        } _: { line in
            if hasBegun { try await receive(line) } else { body += line }
        }
        if !hasBegun, response.isSuccess { response.body = body }
        return response
    }

    /// What a client hears whose certificate or token proves nothing.
    package var unauthorized: HTTPResponse {
        ReplyWriter(form: .full, now: time.now).response(APIStatus(401, "Unauthorized", "Unauthorized"))
    }
}
