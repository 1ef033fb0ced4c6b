import CodeHosts
import Cryptography
import Formats
import HTTPModel
import TestSupport
import Testing

@Suite("A webhook proves that it is genuine")
struct WebhookSignatureTests {
    static let now = Timestamp(sinceEpoch: .seconds(1_764_460_800))
    /// GitHub's own example.
    static let secret = Array("It's a Secret to Everybody".utf8)
    static let body = Array("Hello, World!".utf8)
    static let code = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"

    private func isGenuine(
        _ headers: HTTPHeaders, _ sender: WebhookSender = .gitHub, _ body: [UInt8] = Self.body,
        _ secrets: [[UInt8]] = [Self.secret], now: Timestamp = Self.now
    ) -> Bool {
        WebhookSignature(headers, from: sender, now: now).isGenuine(body, secrets)
    }

    @Test("H1: GitHub's own example passes, and fails with any bit of it changed")
    func example() throws {
        #expect(isGenuine(["X-Hub-Signature-256": "sha256=\(Self.code)"]))
        let code = try #require(Hexadecimal.bytes(Self.code))
        for bit in 0..<(code.count * 8) {
            var changed = code
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(!isGenuine(["X-Hub-Signature-256": "sha256=\(Hexadecimal.text(changed))"]))
        }
        for bit in 0..<(Self.body.count * 8) {
            var changed = Self.body
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(!isGenuine(["X-Hub-Signature-256": "sha256=\(Self.code)"], .gitHub, changed))
        }
    }

    @Test(
        "H2: without a header, or with another than there should be, nothing is genuine",
        arguments: [
            [:], ["X-Hub-Signature": "sha1=\(Self.code.prefix(40))"], ["X-Hub-Signature-256": Self.code],
            ["X-Hub-Signature-256": "sha1=\(Self.code)"], ["X-Hub-Signature-256": "sha256=\(Self.code.dropLast())"],
            ["X-Hub-Signature-256": "sha256=\(Self.code)0"],
            ["X-Hub-Signature-256": "sha256=\(Self.code.uppercased())"],
            ["X-Hub-Signature-256": "SHA256=\(Self.code)"], ["X-Hub-Signature-256": "sha256="],
            ["X-Hub-Signature-256": "sha256= \(Self.code)"], ["X-Gitea-Signature": Self.code],
            ["X-Hub-Signature-256": "sha256=\(Self.code)", "x-hub-signature-256": "sha256=\(Self.code)"],
        ] as [HTTPHeaders])
    func missing(headers: HTTPHeaders) {
        #expect(!isGenuine(headers))
    }

    @Test("H2: another secret, and none, make nothing genuine")
    func secrets() {
        let headers: HTTPHeaders = ["X-Hub-Signature-256": "sha256=\(Self.code)"]
        #expect(!isGenuine(headers, .gitHub, Self.body, [Array("It's a secret to everybody".utf8)]))
        #expect(!isGenuine(headers, .gitHub, Self.body, []))
    }

    @Test("H3: the same JSON written otherwise, or in another charset, is another body")
    func rawBytes() {
        let body = Array("{\"number\":42,\"title\":\"ä\"}".utf8)
        let code = Hexadecimal.text(HMACSHA256.code(for: body, key: Self.secret))
        let headers: HTTPHeaders = ["X-Hub-Signature-256": "sha256=\(code)"]
        #expect(isGenuine(headers, .gitHub, body))
        for other in [
            "{\"number\": 42,\"title\":\"ä\"}", "{\"title\":\"ä\",\"number\":42}",
            "{\"number\":42,\"title\":\"\\u00e4\"}",
        ] {
            #expect(!isGenuine(headers, .gitHub, Array(other.utf8)))
        }
        #expect(!isGenuine(headers, .gitHub, body.filter { $0 != 0xC3 }))
    }

    @Test("H9: while a secret is replaced both pass; then the old one fails")
    func rotation() {
        let new = Array("the secret that comes next".utf8)
        let old: HTTPHeaders = ["X-Hub-Signature-256": "sha256=\(Self.code)"]
        let next: HTTPHeaders = [
            "X-Hub-Signature-256": "sha256=\(Hexadecimal.text(HMACSHA256.code(for: Self.body, key: new)))"
        ]
        for headers in [old, next] { #expect(isGenuine(headers, .gitHub, Self.body, [new, Self.secret])) }
        #expect(!isGenuine(old, .gitHub, Self.body, [new]) && isGenuine(next, .gitHub, Self.body, [new]))
    }

    @Test("Gitea's and Forgejo's headers are taken, the first that is there, and no other makes it good")
    func gitea() {
        let wrong = Hexadecimal.text(HMACSHA256.code(for: [], key: Self.secret))
        for name in ["X-Gitea-Signature", "X-Forgejo-Signature"] { #expect(isGenuine([name: Self.code], .gitea)) }
        #expect(isGenuine(["X-Hub-Signature-256": "sha256=\(Self.code)"], .gitea))
        #expect(!isGenuine(["X-Forgejo-Signature": wrong, "X-Gitea-Signature": Self.code], .gitea))
        #expect(!isGenuine(["X-Gitea-Signature": wrong, "X-Hub-Signature-256": "sha256=\(Self.code)"], .gitea))
        #expect(!isGenuine(["X-Gitea-Signature": "sha256=\(Self.code)"], .gitea))
    }

    @Test("GitLab's token is the secret, whole")
    func gitLabToken() {
        let text = String(decoding: Self.secret, as: UTF8.self)
        #expect(isGenuine(["X-Gitlab-Token": text], .gitLab))
        for wrong in ["", String(text.dropLast()), text + "x", text.lowercased()] {
            #expect(!isGenuine(["X-Gitlab-Token": wrong], .gitLab))
        }
        #expect(!isGenuine(["X-Gitlab-Token": text, "x-gitlab-token": text], .gitLab))
        #expect(!isGenuine(["X-Gitlab-Token": text], .gitHub))
    }

    // MARK: - Standard Webhooks

    private static let key = [UInt8](repeating: 7, count: 32)
    private static let signingToken = Array("whsec_\(Base64.encode(key))".utf8)

    static func standard(
        _ body: [UInt8], id: String = "msg_1", at moment: Int64 = 1_764_460_800, key: [UInt8] = key, before: String = ""
    ) -> HTTPHeaders {
        let code = HMACSHA256.code(for: Array("\(id).\(moment).".utf8) + body, key: key)
        return [
            "webhook-id": id, "webhook-timestamp": "\(moment)",
            "webhook-signature": "\(before)v1,\(Base64.encode(code))",
        ]
    }

    @Test(
        "a signature as Standard Webhooks has it passes, from GitLab too", arguments: [WebhookSender.generic, .gitLab])
    func standard(sender: WebhookSender) {
        #expect(isGenuine(Self.standard(Self.body), sender, Self.body, [Self.signingToken]))
        #expect(
            isGenuine(Self.standard(Self.body, before: "v1,AAAA v1a,BBBB "), sender, Self.body, [Self.signingToken]))
        #expect(isGenuine(Self.standard(Self.body, key: Self.secret), sender, Self.body, [Self.secret]))
        #expect(WebhookSignature(Self.standard(Self.body), from: sender, now: Self.now).delivery == "msg_1")
    }

    @Test("a signing token is never taken as a plain token, which would prove less")
    func downgrade() {
        let text = String(decoding: Self.signingToken, as: UTF8.self)
        #expect(!isGenuine(["X-Gitlab-Token": text], .gitLab, Self.body, [Self.signingToken]))
    }

    @Test("a moment that is more than five minutes away is refused", arguments: [-301, -300, 0, 300, 301] as [Int64])
    func moments(distance: Int64) {
        let headers = Self.standard(Self.body, at: 1_764_460_800 + distance)
        #expect(isGenuine(headers, .generic, Self.body, [Self.signingToken]) == (abs(distance) <= 300))
    }

    @Test("the id and the moment are signed too, and cannot be shifted into the body")
    func shifted() {
        var headers = Self.standard(Self.body)
        headers["webhook-id"] = "msg_2"
        #expect(!isGenuine(headers, .generic, Self.body, [Self.signingToken]))
        headers = Self.standard(Self.body)
        headers["webhook-timestamp"] = "1764460801"
        #expect(!isGenuine(headers, .generic, Self.body, [Self.signingToken]))
        // "msg_1.1764460800" at 1764460801 signs what "msg_1" at 1764460800 does of a body that begins with a number.
        let body = Array("1764460801.{}".utf8)
        var other = Self.standard(body)
        other["webhook-id"] = "msg_1.1764460800"
        other["webhook-timestamp"] = "1764460801"
        #expect(!isGenuine(other, .generic, Array("{}".utf8), [Self.signingToken]))
    }

    @Test(
        "a signature that is incomplete is none", arguments: ["webhook-id", "webhook-timestamp", "webhook-signature"])
    func incomplete(name: String) {
        for value in [nil, "", "x y", "v1,", "1e9", "99999999999999999999"] as [String?] {
            var headers = Self.standard(Self.body)
            headers[name] = value
            #expect(!isGenuine(headers, .generic, Self.body, [Self.signingToken]))
        }
    }

    @Test("Fuzz: no headers trap, and none are genuine without the secret")
    func fuzzHeaders() throws {
        let corpus = ["sha256=\(Self.code)", Self.code, "v1,AAAA v1,BBBB", "1764460800", "msg_1"]
        try Fuzzer(seed: 3, iterations: 2_000).run(corpus: corpus, tokens: ["sha256=", "v1,", "whsec_"]) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            var headers = HTTPHeaders()
            for name in [
                "X-Hub-Signature-256", "X-Gitea-Signature", "X-Gitlab-Token", "webhook-id", "webhook-timestamp",
                "webhook-signature",
            ] { headers.append(name: name, value: text) }
            for sender in WebhookSender.allCases {
                let isGenuine = isGenuine(headers, sender, Array("another body".utf8))
                try FuzzFailure.unless(!isGenuine, "genuine without the secret")
            }
        }
    }
}
