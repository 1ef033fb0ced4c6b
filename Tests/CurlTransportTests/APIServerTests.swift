import Cryptography
import Formats
import Glibc
import HTTPModel
import Synchronization
import Testing

@testable import CurlTransport

/// Runs against a real API server, where `ENVFACTORY_TEST_KUBECONFIG` names a kubeconfig with certificates inside.
@Suite(.enabled(if: getenv("ENVFACTORY_TEST_KUBECONFIG") != nil)) struct APIServerTests {
    private let configuration: CurlTransport.Configuration

    init() throws {
        let path = getenv("ENVFACTORY_TEST_KUBECONFIG").map { String(cString: $0) } ?? ""
        let file = RenewedFile(path, role: "kubeconfig") { .now }
        // Enough of YAML for a file with one of each.
        var values: [String: String] = [:]
        for line in String(decoding: try file.content(), as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: ": ", maxSplits: 1)
            if parts.count == 2 { values[parts[0].filter { $0 != " " }] = parts[1].filter { $0 != "\"" } }
        }
        func bytes(_ key: String) throws -> [UInt8] { try #require(Base64.decode(values[key] ?? "")) }
        var configuration = try CurlTransport.Configuration(server: values["server"] ?? "")
        configuration.tls.trust = .authorities(try bytes("certificate-authority-data"))
        configuration.tls.clientCertificate = ClientCertificate(
            certificate: try bytes("client-certificate-data"), key: try bytes("client-key-data")
        )
        self.configuration = configuration
    }

    @Test("fifty requests at once share one HTTP/2 connection")
    func multiplexing() async throws {
        try await withTransport(configuration) { transport in
            for _ in 0..<2 {
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<50 {
                        group.addTask { try await transport.send(HTTPRequest(.get, "/api/v1/namespaces")).status }
                    }
                    for try await status in group { #expect(status == 200) }
                }
            }
            #expect(transport.statistics.exchanges.connectionsOpened == 1)
            #expect(transport.statistics.exchanges.finishedOverHTTP2 == 100)
        }
    }

    @Test("the certificate says who we are, and without one we are nobody")
    func identity() async throws {
        var stranger = configuration
        stranger.tls.clientCertificate = nil
        for (configuration, status) in [(configuration, 200), (stranger, 403)] {
            try await withTransport(configuration) { transport in
                let response = try await transport.send(HTTPRequest(.get, "/api/v1/namespaces"))
                #expect(response.status == status)
            }
        }
    }

    @Test("another authority does not vouch for it")
    func untrusted() async throws {
        var configuration = configuration
        configuration.tls.trust = .authorities(Array(try TestCertificates.stranger.get().certificate.utf8))
        try await withTransport(configuration) { transport in
            let error = await #expect(throws: HTTPTransportError.self) {
                try await transport.send(HTTPRequest(.get, "/version"))
            }
            #expect(error?.code == .untrusted)
        }
    }

    @Test("a large response is the same, compressed or not")
    func compression() async throws {
        var plain = configuration
        plain.compression = false
        var bodies: [[UInt8]] = []
        for configuration in [configuration, plain] {
            try await withTransport(configuration) { transport in
                bodies.append(try await transport.send(HTTPRequest(.get, "/openapi/v2")).body)
            }
        }
        #expect(bodies[0].count > 1 << 20)
        #expect(bodies[0] == bodies[1])
    }

    @Test("a watch brings events line by line while its receiver sends requests")
    func watch() async throws {
        struct Enough: Error {}
        try await withTransport(configuration) { transport in
            let name = "transport-\(getpid())"
            let collection = "/api/v1/namespaces/default/configmaps"
            let created = HTTPRequest(
                .post, collection, headers: ["Content-Type": "application/json"],
                body: Array(#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "\#(name)"}}"#.utf8)
            )
            let answer = try await transport.send(created)
            #expect(answer.status == 201)
            var types: [String] = []
            let watch = HTTPRequest(.get, "\(collection)?watch=1&fieldSelector=metadata.name%3D\(name)")
            await #expect(throws: Enough.self) {
                try await transport.stream(watch) { line in
                    let event = try JSONValue(parsing: line)
                    types.append(event["type"]?.string ?? "")
                    guard types.count < 4 else { throw Enough() }
                    let request =
                        types.count == 3
                        ? HTTPRequest(.delete, "\(collection)/\(name)")
                        : HTTPRequest(
                            .patch, "\(collection)/\(name)", headers: ["Content-Type": "application/merge-patch+json"],
                            body: Array(#"{"data": {"turn": "\#(types.count)"}}"#.utf8)
                        )
                    let answer = try await transport.send(request)
                    #expect(answer.status == 200)
                }
            }
            #expect(types == ["ADDED", "MODIFIED", "MODIFIED", "DELETED"])
            #expect(transport.statistics.streams.inFlight == 0)
        }
    }

    @Test("a watch whose time is over ends in order")
    func endOfWatch() async throws {
        try await withTransport(configuration) { transport in
            let response = try await transport.stream(HTTPRequest(.get, "/api/v1/nodes?watch=1&timeoutSeconds=1")) {
                _ in
            }
            #expect(response.status == 200)
        }
    }

    @Test("requests that are cancelled among many leave the others as they were")
    func cancellationAmongMany() async throws {
        try await withTransport(configuration) { transport in
            let whole = try await transport.send(HTTPRequest(.get, "/openapi/v2")).body
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<60 {
                    group.addTask {
                        guard number.isMultiple(of: 3) else {
                            let body = try await transport.send(HTTPRequest(.get, "/openapi/v2")).body
                            #expect(body == whole)
                            return
                        }
                        // Cancelled at different moments of the response.
                        await withTaskGroup(of: Void.self) { inner in
                            inner.addTask { _ = try? await transport.send(HTTPRequest(.get, "/openapi/v2")) }
                            for _ in 0..<number * 20 { await Task.yield() }
                            inner.cancelAll()
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(transport.statistics.exchanges.inFlight == 0)
            #expect(transport.statistics.exchanges.connectionsOpened == 1)
        }
    }

    @Test("a silent watch ends at once when it is cancelled")
    func cancelledWatch() async throws {
        try await withTransport(configuration) { transport in
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    await #expect(throws: CancellationError.self) {
                        try await transport.stream(HTTPRequest(.get, "/api/v1/nodes?watch=1&resourceVersion=0")) { _ in
                        }
                    }
                }
                while transport.statistics.streams.connectionsOpened == 0 { await Task.yield() }
                group.cancelAll()
            }
            #expect(transport.statistics.streams.inFlight == 0)
            #expect(transport.statistics.streams.connectionsOpen == 0)
        }
    }
}
