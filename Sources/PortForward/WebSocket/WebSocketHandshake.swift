import Cryptography
import Formats
package import HTTPModel
package import Kubernetes

/// How a connection becomes a WebSocket (RFC 6455, section 4).
package struct WebSocketHandshake: Sendable {
    /// What the client sends, so that only a server that understood can answer.
    private let key: String
    private let subprotocol: String

    package init(subprotocol: String, random: any RandomSource) {
        self.subprotocol = subprotocol
        let words = [random.next(), random.next()]
        let bytes = words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) } }
        key = Base64.encode(bytes)
    }

    /// Puts into a request what asks for a WebSocket.
    package func ask(in request: inout HTTPRequest) {
        request.headers["Connection"] = "Upgrade"
        request.headers["Upgrade"] = "websocket"
        request.headers["Sec-WebSocket-Version"] = "13"
        request.headers["Sec-WebSocket-Key"] = key
        request.headers["Sec-WebSocket-Protocol"] = subprotocol
    }

    /// Checks that a response of status 101 is the answer to that.
    package func check(_ response: HTTPResponse) throws(WebSocketError) {
        let upgrade = response.headers["Upgrade"]?.lowercased()
        guard upgrade == "websocket", Self.names("upgrade", in: response.headers) else {
            throw Self.refusal("it has changed to another protocol than WebSocket")
        }
        guard response.headers["Sec-WebSocket-Accept"] == Self.accept(key) else {
            throw Self.refusal("its answer is that of another connection; is a cache in between?")
        }
        let chosen = response.headers["Sec-WebSocket-Protocol"]
        guard chosen == subprotocol else {
            throw Self.refusal("it speaks \(chosen?.escapingControls(limit: 64) ?? "no subprotocol")")
        }
    }

    private static func refusal(_ what: String) -> WebSocketError {
        WebSocketError(code: .protocolError, message: "the server did not take up the WebSocket: \(what)")
    }

    /// What a server answers to a key.
    private static func accept(_ key: String) -> String {
        Base64.encode(MessageDigest.sha1(Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
    }

    private static func names(_ option: String, in headers: HTTPHeaders) -> Bool {
        headers.values(of: "Connection").joined(separator: ",").lowercased().split(separator: ",")
            .contains { $0.drop { $0 == " " }.prefix { $0 != " " } == option }
    }
}

extension WebSocketHandshake {
    /// The response of a server that takes a request up; `nil` where it asks for no WebSocket with that subprotocol.
    package static func response(to request: HTTPRequest, subprotocol: String) -> HTTPResponse? {
        let offered = request.headers.values(of: "Sec-WebSocket-Protocol").joined(separator: ",").split(separator: ",")
        guard request.headers["Upgrade"]?.lowercased() == "websocket", names("upgrade", in: request.headers),
            request.headers["Sec-WebSocket-Version"] == "13", let key = request.headers["Sec-WebSocket-Key"],
            Base64.decode(key)?.count == 16,
            offered.contains(where: { $0.drop { $0 == " " }.prefix { $0 != " " } == subprotocol })
        else { return nil }
        return HTTPResponse(
            status: 101,
            headers: [
                "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Accept": accept(key),
                "Sec-WebSocket-Protocol": subprotocol,
            ])
    }
}
