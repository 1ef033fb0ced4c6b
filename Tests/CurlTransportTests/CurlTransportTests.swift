import HTTPModel
import Synchronization
import Testing

@testable import CurlTransport

@Suite struct CurlTransportTests {
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
}
