import HTTPModel

extension HTTPResponse {
    /// The response as HTTP/1.1; fields a handler may not set are left out, so that none can split the response.
    func serialized(keepsAlive: Bool, isHead: Bool) -> [UInt8] {
        head(length: "Content-Length: \(body.count)\r\n", keepsAlive: keepsAlive) + (isHead ? [] : body)
    }

    /// The head alone, of a response whose body comes later, in chunks or until the connection ends.
    func serializedHead(keepsAlive: Bool, isChunked: Bool) -> [UInt8] {
        head(length: isChunked ? "Transfer-Encoding: chunked\r\n" : "", keepsAlive: keepsAlive)
    }

    /// The head of a response after which the connection is no longer HTTP's.
    func serializedSwitch() -> [UInt8] { head(length: "", connection: "Upgrade") }

    private func head(length: String, keepsAlive: Bool) -> [UInt8] {
        head(length: length, connection: keepsAlive ? "keep-alive" : "close")
    }

    private func head(length: String, connection: String) -> [UInt8] {
        var text = "HTTP/1.1 \(status) \(Self.reason(status))\r\n"
        for field in headers.fields where !Self.isOurs(field.name) && Self.isSafe(field) {
            text += "\(field.name): \(field.value)\r\n"
        }
        text += length
        text += "Connection: \(connection)\r\n\r\n"
        return Array(text.utf8)
    }

    private static func isOurs(_ name: String) -> Bool {
        ["content-length", "connection", "transfer-encoding"].contains(name.lowercased())
    }

    private static func isSafe(_ field: HTTPHeaders.Field) -> Bool {
        (field.name + field.value).utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 101: "Switching Protocols"
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 410: "Gone"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: "Status"
        }
    }
}
