import Formats
import HTTPModel
import TestSupport
import Testing

@testable import CurlTransport

@Suite struct FuzzTests {
    @Test("Fuzz: a response's head is read or refused, and never holds what no header may")
    func heads() throws {
        let corpus = [
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nA: b\r\n c\r\n\r\n", "HTTP/2 404 \r\nx: y\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nA:\r\n\r\nTrailer: 1\r\n\r\n",
        ]
        try Fuzzer(seed: 1, iterations: 1_000).run(corpus: corpus, tokens: ["HTTP/1.1 ", "\r\n", ":", " ", "\u{301}"]) {
            bytes in
            var head = ResponseHead(limit: 500)
            do {
                for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) { try head.receive(line) }
            } catch {
                try FuzzFailure.unless(error is HTTPTransportError, "another error: \(error)")
            }
            try FuzzFailure.unless(!head.isComplete || (200..<1000).contains(head.status), "status \(head.status)")
            for field in head.headers.fields {
                let isWhole = !(field.name + field.value).utf8.contains { $0 == 0x0A || $0 == 0x0D }
                try FuzzFailure.unless(isWhole && !field.name.isEmpty, "a field with a line break: \(field)")
            }
        }
    }

    @Test("Fuzz: lines are the text between its line feeds, however it is cut")
    func lines() throws {
        try Fuzzer(seed: 2, iterations: 1_000).run(corpus: ["a\nb\n\nc", "\n\n"], tokens: ["\n"]) { bytes in
            var splitter = LineSplitter(limit: bytes.count)
            var lines: [[UInt8]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(1 + rest.count % 7)
                try piece.withUnsafeBytes { try splitter.add($0, to: &lines) }
                rest = rest.dropFirst(piece.count)
            }
            let expected = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
            try FuzzFailure.unless(lines + [splitter.rest] == expected, "other lines")
        }
    }

    @Test("Fuzz: a server's URL is refused or reads again the same")
    func servers() throws {
        let corpus = ["https://10.0.0.1:6443/a/b", "http://[::1]:8080", "https://user:pass@host", "http://a.b?c#d"]
        try Fuzzer(seed: 3, iterations: 1_000).run(
            corpus: corpus, tokens: ["://", "[", "]", ":", "@", "/", "\r\n", "0"]
        ) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            _ = try? ProxyAddress(text)
            guard let server = try? ServerURL(text) else { return }
            _ = ProxyEnvironment(["HTTPS_PROXY": "p", "HTTP_PROXY": "p", "NO_PROXY": text]).proxy(for: server)
            try FuzzFailure.unless(try ServerURL(server.description) == server, "\(server) reads otherwise")
            let configuration = CurlTransport.Configuration(server: server)
            let plan = try TransferPlan(
                HTTPRequest(.get, "/x"), credential: nil, configuration: configuration, isStream: false
            )
            let isClean = plan.url.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            try FuzzFailure.unless(isClean && plan.url.hasSuffix("\(server.path)/x"), "asks for \(plan.url)")
        }
    }

    @Test("Fuzz: what an exec program prints is understood or refused, and never shown")
    func execOutput() throws {
        let version = ExecConfiguration.APIVersion.v1
        let members = #""token": "zqzq", "clientCertificateData": "C", "clientKeyData": "K""#
        let time = #""expirationTimestamp": "2026-01-01T01:00:00Z""#
        let corpus = [members, time, "\(members), \(time)"].map {
            #"{"kind": "ExecCredential", "apiVersion": "\#(version.rawValue)", "status": {\#($0)}}"#
        }
        let configuration = ExecConfiguration(command: "plugin", apiVersion: version)
        try Fuzzer(seed: 4, iterations: 1_000).run(corpus: corpus, tokens: ["null", "{", "}", "\"", ","]) { bytes in
            do {
                let status = try ExecStatus(bytes, of: configuration)
                try FuzzFailure.unless(status.credential != Credential(), "no credential")
            } catch let error as HTTPTransportError {
                try FuzzFailure.unless(error.code == .credential && !error.message.contains("zqzq"), error.message)
            }
        }
    }
}
