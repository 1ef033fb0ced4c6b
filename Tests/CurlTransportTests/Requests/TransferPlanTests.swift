import HTTPModel
import Testing

@testable import CurlTransport

@Suite struct TransferPlanTests {
    private func plan(
        _ request: HTTPRequest,
        credential: Credential? = nil,
        isStream: Bool = false,
        _ configure: (inout CurlTransport.Configuration) -> Void = { _ in }
    ) throws -> TransferPlan {
        var configuration = try CurlTransport.Configuration(server: "https://10.0.0.1:6443/prefix")
        configure(&configuration)
        return try TransferPlan(request, credential: credential, configuration: configuration, isStream: isStream)
    }

    @Test("a request's own headers go before the transport's")
    func headers() throws {
        let request = HTTPRequest(
            .get, "/a", headers: ["host": "h", "USER-AGENT": "u", "authorization": "mine", "X-Empty": ""]
        )
        let lines = try plan(request, credential: .bearer("theirs")).headerLines
        #expect(lines == ["host: h", "USER-AGENT: u", "authorization: mine", "X-Empty;", "Expect:"])
    }

    @Test("a label shows method and path, and no query")
    func label() throws {
        let plan = try plan(HTTPRequest(.delete, "/a?token=hush"))
        #expect(plan.label == "DELETE /prefix/a")
        #expect(plan.url == "https://10.0.0.1:6443/prefix/a?token=hush")
    }

    @Test("a TLS server name is asked for, and the server reached all the same")
    func serverName() throws {
        let plan = try plan(HTTPRequest(.get, "/a")) { $0.tls.serverName = "kubernetes" }
        #expect(plan.url == "https://kubernetes:6443/prefix/a")
        #expect(plan.connectTo == "kubernetes:6443:10.0.0.1:6443")
        #expect(plan.headerLines.contains("Host: 10.0.0.1:6443"))
        #expect(plan.authority == "10.0.0.1:6443")
    }

    @Test(
        "what identifies us goes to our server alone",
        arguments: ["https://10.0.0.1:6444/", "http://10.0.0.1:6443/", "https://10.0.0.2:6443/"])
    func foreignServer(target: String) throws {
        let certificate = ClientCertificate(certificate: "c", key: "k")
        let plan = try plan(HTTPRequest(.get, target), credential: .bearer("hush")) {
            $0.tls.clientCertificate = certificate
        }
        #expect(plan.clientCertificate == nil)
        #expect(!plan.headerLines.contains { $0.contains("hush") })
    }

    @Test(
        "what cannot be said in HTTP is refused, and not shown",
        arguments: [
            HTTPRequest(.get, ""), HTTPRequest(.get, "hush"), HTTPRequest(.get, "/hu sh"),
            HTTPRequest(.get, "/a\r\nX-Hush: 1"), HTTPRequest(.get, "/ä"), HTTPRequest(.get, "/#hush"),
            HTTPRequest(.get, "https://user:hush@example.org/"), HTTPRequest(.get, "ftp://example.org/"),
            HTTPRequest(.get, "/", headers: ["X": "a\r\nY: hush"]), HTTPRequest(.get, "/", headers: ["X": "a\0hush"]),
            HTTPRequest(.get, "/", headers: ["X Y": "hush"]), HTTPRequest(.get, "/", headers: ["": "hush"]),
            HTTPRequest(.get, "/", headers: ["X:": "hush"]),
        ]
    )
    func refusals(request: HTTPRequest) {
        let error = #expect(throws: HTTPTransportError.self) { try plan(request) }
        #expect(error?.code == .malformed)
        #expect(error?.message.contains("hush") == false)
    }

    @Test("a path needs a server, a whole URL does not")
    func noServer() throws {
        let configuration = CurlTransport.Configuration(server: nil)
        let whole = HTTPRequest(.get, "https://charts.example.org/index.yaml")
        let plan = try TransferPlan(whole, credential: nil, configuration: configuration, isStream: false)
        #expect(plan.url == "https://charts.example.org:443/index.yaml")
        #expect(throws: HTTPTransportError.self) {
            try TransferPlan(HTTPRequest(.get, "/a"), credential: nil, configuration: configuration, isStream: false)
        }
    }
}
