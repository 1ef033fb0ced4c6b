import Cryptography
import HTTPModel
import Synchronization
import Testing

@testable import CurlTransport

@Suite("Connections that leave HTTP", .timeLimit(.minutes(5)))
struct UpgradeTests {
    private static let request = HTTPRequest(
        .get, "/echo?ports=1", headers: ["Connection": "Upgrade", "Upgrade": "echo", "X-Empty": ""])

    private static let agreement = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n"

    /// Agrees, and sends back what comes, in capitals as far as it is text.
    private static func echo(_ connection: LoopbackConnection) {
        guard connection.request() != nil else { return }
        connection.write(agreement)
        while let bytes = connection.read() {
            connection.write(bytes.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 })
        }
    }

    private func text(
        _ transport: CurlTransport,
        sending text: String?
    ) async throws -> (response: HTTPResponse, text: String) {
        let answer = Mutex("")
        let response = try await transport.upgrade(Self.request) { _, stream in
            if let text { try await stream.write(Array(text.utf8)) }
            let bytes = try await stream.read() ?? []
            answer.withLock { $0 = String(decoding: bytes, as: UTF8.self) }
        }
        return (response, answer.withLock { $0 })
    }

    @Test("the request goes out as it should, and the connection is the caller's", arguments: [true, false])
    func upgraded(isSecure: Bool) async throws {
        let seen = Mutex<LoopbackConnection.Request?>(nil)
        let tls = isSecure ? try LoopbackTLS(try TestCertificates.loopback.get()) : nil
        try await withServer(tls: tls) { connection in
            guard let request = connection.request() else { return }
            seen.withLock { $0 = request }
            connection.write(Self.agreement + "first")
            _ = connection.read()
        } _: { server in
            var configuration = try CurlTransport.Configuration(server: server.url)
            configuration.tls.trust = .authorities(Array(try TestCertificates.authority.get().certificate.utf8))
            configuration.credentials = StaticCredential(bearerToken: "secret")
            try await withTransport(configuration) { transport in
                // What came with the head is not lost.
                let (response, text) = try await text(transport, sending: nil)
                #expect(text == "first")
                #expect(response.status == 101)
                #expect(response.headers["Upgrade"] == "echo")
                #expect(transport.statistics.tunnels.connectionsOpen == 0)
            }
        }
        let request = try #require(seen.withLock { $0 })
        #expect(request.line == "GET /echo?ports=1 HTTP/1.1")
        #expect(request.headers["upgrade"] == "echo")
        #expect(request.headers["x-empty"] == "")
        #expect(request.headers["authorization"] == "Bearer secret")
        #expect(request.headers["expect"] == nil)
    }

    @Test("bytes go in both directions")
    func echo() async throws {
        try await withServer(Self.echo) { server in
            try await withTransport(try CurlTransport.Configuration(server: server.url)) { transport in
                let text = try await text(transport, sending: "hello").text
                #expect(text == "HELLO")
            }
        }
    }

    @Test(
        "a server that does not agree answers with a whole response, however long it says that is",
        arguments: [
            "Content-Length: 9\r\n\r\nforbidden", "\r\nforbidden",
            "Transfer-Encoding: chunked\r\n\r\n4\r\nforb\r\n5;a=b\r\nidden\r\n0\r\n\r\n",
        ])
    func refused(rest: String) async throws {
        try await withServer { connection in
            _ = connection.request()
            connection.write("HTTP/1.1 403 Forbidden\r\n\(rest)")
        } _: { server in
            try await withTransport(try CurlTransport.Configuration(server: server.url)) { transport in
                let response = try await transport.upgrade(Self.request) { _, _ in Issue.record("it did not agree") }
                #expect(response.status == 403)
                #expect(response.body == Array("forbidden".utf8))
            }
        }
    }

    @Test(
        "what is no answer is an error, and a late one as well",
        arguments: [
            ("nonsense\r\n\r\n", HTTPTransportError.Code.malformed), ("HTTP/1.1 101 Swi", .interrupted),
            ("", .interrupted),
            ("HTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\n\r\nfor", .interrupted),
            ("HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n99999999999\r\n", .malformed),
            ("HTTP/1.1 403 Forbidden\r\nContent-Length: 999999999999\r\n\r\n", .tooLarge),
        ])
    func broken(answer: String, code: HTTPTransportError.Code) async throws {
        try await withServer { connection in
            _ = connection.request()
            connection.write(answer)
        } _: { server in
            try await withTransport(try CurlTransport.Configuration(server: server.url)) { transport in
                let error = await #expect(throws: HTTPTransportError.self) {
                    _ = try await transport.upgrade(Self.request) { _, _ in }
                }
                #expect(error?.code == code)
            }
        }
    }

    @Test("an answer that does not come in time is given up")
    func silence() async throws {
        try await withServer { connection in
            _ = connection.request()
            _ = connection.read()
        } _: { server in
            let error = try await errorOfSilence { timeout in
                try await withTransport(try CurlTransport.Configuration(server: server.url)) { transport in
                    var request = Self.request
                    request.timeout = timeout
                    return try await transport.upgrade(request) { _, _ in }
                }
            }
            #expect(error?.code == .timedOut)
        }
    }

    @Test("a server that is not there is told as ever")
    func unreachable() async throws {
        let port = try HeldPort()
        defer { port.release() }
        let configuration = try CurlTransport.Configuration(server: "http://127.0.0.1:\(port.number)")
        try await withTransport(configuration) { transport in
            let error = await #expect(throws: HTTPTransportError.self) {
                _ = try await transport.upgrade(Self.request) { _, _ in }
            }
            #expect(error?.code == .unreachable)
        }
    }

    @Test("a server that does not prove itself sees no request")
    func untrusted() async throws {
        let asked = Mutex(false)
        try await withServer(tls: try LoopbackTLS(try TestCertificates.loopback.get())) { connection in
            if connection.request() != nil { asked.withLock { $0 = true } }
        } _: { server in
            try await withTransport(try CurlTransport.Configuration(server: server.url)) { transport in
                let error = await #expect(throws: HTTPTransportError.self) {
                    _ = try await transport.upgrade(Self.request) { _, _ in }
                }
                #expect(error?.code == .untrusted)
            }
        }
        #expect(!asked.withLock { $0 })
    }

    @Test("a reader that takes nothing makes the server wait")
    func slowReader() async throws {
        let sent = Mutex(0)
        try await withServer { connection in
            _ = connection.request()
            connection.write(Self.agreement)
            let piece = [UInt8](repeating: 1, count: 64 << 10)
            for _ in 0..<2_000 {
                guard connection.isWritable(within: 500), connection.write(piece) else { return }
                sent.withLock { $0 += piece.count }
            }
        } _: { server in
            try await withTransport(try CurlTransport.Configuration(server: server.url)) { transport in
                _ = try await transport.upgrade(Self.request) { _, stream in
                    var last = -1
                    while last != sent.withLock({ $0 }) {
                        last = sent.withLock { $0 }
                        try await ContinuousClock().sleep(for: .milliseconds(300))
                    }
                    #expect(last < 32 << 20)
                    #expect(last > 0)
                }
            }
        }
    }

    @Test("what is thrown, and a cancelled task, close the connection")
    func ended() async throws {
        struct Enough: Error {}
        let ends = Mutex(0)
        let (events, told) = AsyncStream.makeStream(of: Void.self)
        try await withServer { connection in
            _ = connection.request()
            connection.write(Self.agreement + "x")
            while connection.read() != nil {}
            ends.withLock { $0 += 1 }
            told.yield()
        } _: { server in
            try await withTransport(try CurlTransport.Configuration(server: server.url)) { transport in
                await #expect(throws: Enough.self) {
                    _ = try await transport.upgrade(Self.request) { _, _ in throw Enough() }
                }
                #expect(transport.statistics.tunnels.inFlight == 0)
                let (begun, begin) = AsyncStream.makeStream(of: Void.self)
                await withTaskGroup(of: Void.self) { group in
                    group.addTask {
                        await #expect(throws: CancellationError.self) {
                            _ = try await transport.upgrade(Self.request) { _, stream in
                                _ = try await stream.read()
                                begin.yield()
                                _ = try await stream.read()
                            }
                        }
                    }
                    for await _ in begun { break }
                    group.cancelAll()
                }
                #expect(transport.statistics.tunnels.inFlight == 0)
                var count = 0
                for await _ in events {
                    count += 1
                    if count == 2 { break }
                }
                #expect(ends.withLock { $0 } == 2)
            }
        }
    }

    @Test("goes through a proxy, as a tunnel, also without TLS", arguments: [true, false])
    func proxy(isSecure: Bool) async throws {
        let tls = isSecure ? try LoopbackTLS(try TestCertificates.loopback.get()) : nil
        try await withServer(tls: tls, Self.echo) { server in
            try await withServer { connection in
                guard let request = connection.request(), request.line.hasPrefix("CONNECT ") else { return }
                connection.write("HTTP/1.1 200 Connection established\r\n\r\n")
                connection.tunnel(to: server.port)
            } _: { proxy in
                var configuration = try CurlTransport.Configuration(server: server.url)
                configuration.proxy = .url(proxy.url)
                configuration.tls.trust = .authorities(Array(try TestCertificates.authority.get().certificate.utf8))
                try await withTransport(configuration) { transport in
                    let text = try await text(transport, sending: "hello").text
                    #expect(text == "HELLO")
                }
            }
        }
    }

    @Test("a refused credential is renewed once")
    func renewed() async throws {
        let asked = Mutex<[String]>([])
        try await withServer { connection in
            guard let request = connection.request() else { return }
            asked.withLock { $0.append(request.headers["authorization"] ?? "") }
            guard request.headers["authorization"] == "Bearer new" else {
                connection.respond("401 Unauthorized", body: "no")
                return
            }
            connection.write(Self.agreement + "in")
            _ = connection.read()
        } _: { server in
            var configuration = try CurlTransport.Configuration(server: server.url)
            configuration.credentials = Renewing()
            try await withTransport(configuration) { transport in
                let text = try await text(transport, sending: nil).text
                #expect(text == "in")
            }
        }
        #expect(asked.withLock { $0 } == ["Bearer old", "Bearer new"])
    }

    /// Has another token once the first was refused.
    private final class Renewing: CredentialSource {
        private let isRenewed = Mutex(false)

        func credential() async throws -> Credential { .bearer(isRenewed.withLock { $0 } ? "new" : "old") }

        func invalidate(_ credential: Credential) async { isRenewed.withLock { $0 = true } }
    }
}
