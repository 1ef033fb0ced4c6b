import COpenSSL
import Cryptography
import CurlTransport
import Glibc
import HTTPModel
import Testing

@testable import HTTPServer

@Suite("The server speaks TLS", .timeLimit(.minutes(5)))
struct TLSServerTests {
    /// What a client is, and what the handler is told.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var certificate: @Sendable () throws -> ClientCertificate?
        var client: TLSClient
    }

    static let cases = [
        Case(testDescription: "shows no certificate", certificate: { nil }, client: .unknown),
        Case(
            testDescription: "shows one of the authority",
            certificate: { try TestCertificates.client(TestCertificates.authority) },
            client: .certificate(commonName: "alice", organizations: ["team-a", "team-b"])),
        Case(
            testDescription: "shows another authority's",
            certificate: { try TestCertificates.client(TestCertificates.other) }, client: .untrusted),
        Case(
            testDescription: "shows one that is past its time",
            certificate: {
                let past = CertificateValidity(notBefore: .seconds(1_000_000), notAfter: .seconds(2_000_000))
                return try TestCertificates.client(TestCertificates.authority, validity: past)
            }, client: .untrusted),
    ]

    private static let handler: HTTPExchangeHandler = { exchange in
        let name = exchange.serverName ?? "no name"
        return HTTPResponse(status: 200, body: Array("\(exchange.client) at \(name)".utf8))
    }

    /// What the handler says to a client.
    private static func body(
        _ port: UInt16,
        _ configure: (inout CurlTransport.Configuration) throws -> Void
    ) async throws -> String {
        let response = try await withClient(port, configure) { try await $0.send(HTTPRequest(.get, "/")) }
        return String(decoding: response.body, as: UTF8.self)
    }

    @Test("a handler is told whom a client has proven to be", arguments: cases)
    func clients(_ item: Case) async throws {
        let tls = try TestCertificates.server(TestCertificates.authority)
        let text = try await withServer(tls: tls, handler: Self.handler) { port in
            try await Self.body(port) { $0.tls.clientCertificate = try item.certificate() }
        }
        #expect(text == "\(item.client) at no name")
    }

    @Test("a client that asks for a server by its name meets that one, and is judged by its authority")
    func named() async throws {
        var tls = try TestCertificates.server(TestCertificates.authority)
        let other = try TestCertificates.server(TestCertificates.other, names: ["other.example"])
        tls.named = { $0 == "other.example" ? other : nil }
        let texts = try await withServer(tls: tls, handler: Self.handler) { port in
            var texts: [String] = []
            for authority in [TestCertificates.authority, TestCertificates.other] {
                let text = try await Self.body(port) {
                    $0.tls.trust = .authorities(Array(try TestCertificates.other.get().certificate.utf8))
                    $0.tls.serverName = "other.example"
                    $0.tls.clientCertificate = try TestCertificates.client(authority)
                }
                texts.append(text)
            }
            return texts
        }
        let known = TLSClient.certificate(commonName: "alice", organizations: ["team-a", "team-b"])
        #expect(texts == ["\(TLSClient.untrusted) at other.example", "\(known) at other.example"])
    }

    @Test("requests and responses of any size follow each other on one connection")
    func sizes() async throws {
        let tls = try TestCertificates.server(TestCertificates.authority)
        let sizes = [0, 1, 16_384, 16_385, 65_536, 65_537, 900_000]
        let received = try await withServer(
            tls: tls, handler: { HTTPResponse(status: 200, body: $0.request.body + $0.request.body) }
        ) { port in
            try await withClient(port, { $0.connections = 1 }) { client in
                var received: [Int] = []
                for size in sizes {
                    let body = [UInt8](repeating: UInt8(ascii: "x"), count: size)
                    let response = try await client.send(HTTPRequest(.post, "/", body: body))
                    received.append(response.body.count)
                }
                return received
            }
        }
        #expect(received == sizes.map { $0 * 2 })
    }

    @Test("plain HTTP at a TLS port is told what is wrong")
    func plainHTTP() async throws {
        let tls = try TestCertificates.server(TestCertificates.authority)
        let answer = try await withServer(tls: tls, handler: Self.handler) { port in
            await onThread { exchange(port, ["GET / HTTP/1.1\r\n\r\n"]) }
        }
        #expect(answer.hasPrefix("HTTP/1.0 400 Bad Request\r\n"))
        #expect(answer.hasSuffix("Client sent an HTTP request to an HTTPS server.\n"))
    }

    @Test("garbage and half a handshake end the connection, and others go on")
    func brokenClients() async throws {
        var limits = HTTPServerLimits()
        limits.handshake = .milliseconds(1)
        let tls = try TestCertificates.server(TestCertificates.authority)
        let text = try await withServer(limits: limits, tls: tls, handler: Self.handler) { port in
            let garbage = await onThread { exchange(port, ["\u{16}\u{3}\u{1}garbage that is no handshake"]) }
            let half = await onThread { exchange(port, ["\u{16}\u{3}\u{1}"]) }
            return "\(garbage.utf8.count < 64) \(half.isEmpty)"
        }
        #expect(text == "true true")
    }

    @Test("a client that cannot speak HTTP/1.1, or an old TLS only, is refused")
    func refused() throws {
        let context = try TLSContext(try TestCertificates.server(TestCertificates.authority))
        let protocols = try #require(TestHandshake(context, protocols: ["h2"]))
        #expect(!protocols.run())
        let version = try #require(TestHandshake(context, version: TLS1_1_VERSION))
        #expect(!version.run())
        let good = try #require(TestHandshake(context, protocols: ["h2", "http/1.1"]))
        #expect(good.run())
    }

    @Test("a key that is not the certificate's is refused before anything is served")
    func wrongKey() throws {
        var tls = try TestCertificates.server(TestCertificates.authority)
        tls.key = try TestCertificates.server(TestCertificates.authority).key
        #expect(throws: HTTPServerError.self) { try HTTPServer(address: "127.0.0.1", port: 0, tls: tls) }
        tls.certificates = Array("nonsense".utf8)
        #expect(throws: HTTPServerError.self) { try HTTPServer(address: "127.0.0.1", port: 0, tls: tls) }
    }
}
