import HTTPModel
import Kubernetes
import TestSupport
import Testing

@testable import PortForward

@Suite("The handshake of a WebSocket")
struct WebSocketHandshakeTests {
    private let handshake = WebSocketHandshake(subprotocol: "v4.channel.k8s.io", random: FixedRandom(7))

    private var request: HTTPRequest {
        var request = HTTPRequest(.get, "/")
        handshake.ask(in: &request)
        return request
    }

    @Test("a server answers the key of RFC 6455 as its example does")
    func example() {
        let request = HTTPRequest(
            .get, "/chat",
            headers: [
                "Upgrade": "WebSocket", "Connection": "keep-alive, Upgrade", "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol": "chat, v4.channel.k8s.io",
            ])
        let response = WebSocketHandshake.response(to: request, subprotocol: "v4.channel.k8s.io")
        #expect(response?.status == 101)
        #expect(response?.headers["Sec-WebSocket-Accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        #expect(WebSocketHandshake.response(to: request, subprotocol: "v5.channel.k8s.io") == nil)
    }

    @Test("a client takes the answer to its own question")
    func taken() throws {
        let response = try #require(
            WebSocketHandshake.response(to: request, subprotocol: "v4.channel.k8s.io"))
        try handshake.check(response)
    }

    @Test(
        "and refuses every other",
        arguments: [
            ("Upgrade", "SPDY/3.1", "another protocol"), ("Connection", "close", "another protocol"),
            ("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "another connection"),
            ("Sec-WebSocket-Protocol", "v4.base64.channel.k8s.io", "it speaks v4.base64.channel.k8s.io"),
        ])
    func refused(field: String, value: String, message: String) throws {
        var response = try #require(
            WebSocketHandshake.response(to: request, subprotocol: "v4.channel.k8s.io"))
        response.headers[field] = value
        let error = #expect(throws: WebSocketError.self) { try handshake.check(response) }
        #expect(error?.message.contains(message) == true)
    }
}
