import HTTPModel
import Synchronization
import Testing

@testable import CurlTransport

@Suite struct ExchangeTests {
    @Test("a response comes whole: status, headers in order, body")
    func response() async throws {
        let seen = Mutex<[LoopbackConnection.Request]>([])
        let response = try await withServer { connection in
            while let request = connection.request() {
                seen.withLock { $0.append(request) }
                connection.respond("201 Created", headers: ["X-One: 1", "X-Two:  2 ", "X-One: 3"], body: "made")
            }
        } _: { server in
            try await withTransport(.init(server: server.url + "/prefix/")) { transport in
                try await transport.send(
                    HTTPRequest(.post, "/api/v1/things?limit=5&x=%2F..", headers: ["X-Mine": "yes"], body: [1, 2, 3])
                )
            }
        }
        #expect(response.status == 201)
        #expect(response.headers.fields.filter { $0.name.hasPrefix("X-") }.map(\.value) == ["1", "2", "3"])
        #expect(response.body == Array("made".utf8))
        let request = try #require(seen.withLock { $0.first })
        #expect(request.line == "POST /prefix/api/v1/things?limit=5&x=%2F.. HTTP/1.1")
        #expect(request.headers["x-mine"] == "yes")
        #expect(request.headers["user-agent"] == "envfactory")
        #expect(request.headers["content-type"] == nil)
        #expect(request.headers["expect"] == nil)
        #expect(request.body == [1, 2, 3])
    }

    @Test("every method goes out as itself, over one connection", arguments: [[], Array("{}".utf8)])
    func methods(body: [UInt8]) async throws {
        let seen = Mutex<[String]>([])
        try await withServer { connection in
            while let request = connection.request() {
                seen.withLock { $0.append("\(request.line.prefix { $0 != " " }) \(request.body.count)") }
                connection.respond()
            }
        } _: { server in
            try await withTransport(.init(server: server.url)) { transport in
                for method in HTTPRequest.Method.allCases where method != .head {
                    let response = try await transport.send(HTTPRequest(method, "/", body: body))
                    #expect(response.status == 200)
                }
                #expect(try await transport.send(HTTPRequest(.head, "/")).status == 200)
                #expect(transport.statistics.exchanges.connectionsOpened == 1)
            }
        }
        let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"].map { "\($0) \(body.count)" }
        #expect(seen.withLock { $0 } == methods + ["HEAD 0"])
    }

    @Test(
        "what is no success is a response too",
        arguments: ["100 Continue\r\n\r\nHTTP/1.1 404 Not Found", "404 Not Found", "302 Found\r\nLocation: /b"]
    )
    func otherStatus(head: String) async throws {
        try await withServer { connection in
            while connection.request() != nil {
                connection.write("HTTP/1.1 \(head)\r\nContent-Length: 4\r\n\r\ngone")
            }
        } _: { server in
            try await withTransport(.init(server: server.url)) { transport in
                let response = try await transport.send(HTTPRequest(.get, "/a"))
                #expect(response.status == (head.contains("302") ? 302 : 404))
                #expect(response.body == Array("gone".utf8))
            }
        }
    }

    @Test("chunks, trailers and folded lines are put together")
    func chunks() async throws {
        try await withServer { connection in
            while connection.request() != nil {
                connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Long: a\r\n  b\r\n\r\n")
                connection.write("3\r\none\r\n5;x=y\r\n two \r\n0\r\nX-Late: 1\r\n\r\n")
            }
        } _: { server in
            try await withTransport(.init(server: server.url)) { transport in
                for _ in 0..<2 {
                    let response = try await transport.send(HTTPRequest(.get, "/"))
                    #expect(response.body == Array("one two ".utf8))
                    #expect(response.headers["X-Long"] == "a b")
                    #expect(response.headers["X-Late"] == nil)
                }
                #expect(transport.statistics.exchanges.connectionsOpened == 1)
            }
        }
    }

    @Test("an absolute target goes where it says, with no credential of the server")
    func absoluteTarget() async throws {
        let seen = Mutex<[String: [String: String]]>([:])
        let serve: @Sendable (LoopbackConnection) -> Void = { connection in
            while let request = connection.request() {
                seen.withLock { $0[request.line] = request.headers }
                connection.respond()
            }
        }
        try await withServer(serve) { server in
            try await withServer(serve) { other in
                var configuration = try CurlTransport.Configuration(server: server.url + "/prefix")
                configuration.credentials = StaticCredential(bearerToken: "secret")
                try await withTransport(configuration) { transport in
                    _ = try await transport.send(HTTPRequest(.get, other.url + "/there?x=1"))
                    _ = try await transport.send(HTTPRequest(.get, other.url))
                    _ = try await transport.send(HTTPRequest(.get, server.url + "/here"))
                }
            }
        }
        let requests = seen.withLock { $0 }
        #expect(requests.keys.sorted() == ["GET / HTTP/1.1", "GET /here HTTP/1.1", "GET /there?x=1 HTTP/1.1"])
        #expect(requests["GET /there?x=1 HTTP/1.1"]?["authorization"] == nil)
        #expect(requests["GET /here HTTP/1.1"]?["authorization"] == "Bearer secret")
    }

    @Test("compressed responses arrive as they were before, and only where that was asked for")
    func compression() async throws {
        // `hello hello hello`, by gzip.
        let gzip: [UInt8] = [
            0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57, 0xc8, 0x40, 0x90, 0, 0x80, 0x88,
            0xf9, 0xe5, 0x11, 0, 0, 0,
        ]
        try await withServer { connection in
            while let request = connection.request() {
                guard request.headers["accept-encoding"] == "gzip" else {
                    connection.respond(body: "plain")
                    continue
                }
                connection.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(gzip.count)\r\n\r\n")
                connection.write(gzip)
            }
        } _: { server in
            var configuration = try CurlTransport.Configuration(server: server.url)
            try await withTransport(configuration) { transport in
                let response = try await transport.send(HTTPRequest(.get, "/"))
                #expect(response.body == Array("hello hello hello".utf8))
                #expect(response.headers["Content-Encoding"] == nil)
                #expect(response.headers["Content-Length"] == nil)
                _ = try await transport.stream(HTTPRequest(.get, "/")) { #expect($0 == Array("plain".utf8)) }
            }
            configuration.compression = false
            try await withTransport(configuration) { transport in
                let response = try await transport.send(HTTPRequest(.get, "/"))
                #expect(response.body == Array("plain".utf8))
            }
        }
    }
}
