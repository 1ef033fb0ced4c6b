import Cryptography
import EnvironmentAPI
import Formats
import Kubernetes
import KubernetesSimulator
import Simulation
import TestSupport
import Testing

@testable import EnvironmentOperator

@Suite("A code host of a private authority", .timeLimit(.minutes(20)))
struct PrivateAuthorityTests {
    private static func authority(_ name: String) throws -> String {
        let validity = CertificateValidity(notBefore: .zero, notAfter: .seconds(4_000_000_000))
        return try CertificateAuthority(commonName: name, validity: validity).certificate
    }

    /// Mends the Secret as an administrator does.
    private static func set(_ authority: String, _ stage: PullRequestStage) async throws {
        let key = ObjectKey(.secrets, namespace: Words.Installation.namespace, name: "code")
        let encoded = Base64.encode(Array(authority.utf8))
        _ = try await stage.cluster.admin.patch(key, .merge, ["data": ["ca.crt": .string(encoded)]])
    }

    @Test("is asked once ca.crt vouches for it, without a restart; until then the condition says where to put it")
    func mended() async throws {
        let authority = try Self.authority("company")
        try await PullRequestStage.run(authority: authority) { stage in
            stage.host.open(PullRequestStage.repository, 42)
            try await stage.create()
            try await stage.until("it is told") { try await stage.condition()?.reason == "Unavailable" }
            #expect(try await stage.condition()?.message.contains("into Secret code, as ca.crt") == true)

            try await Self.set(try Self.authority("another"), stage)
            try await stage.until("it is told that this is another") {
                try await stage.condition()?.message.contains("of no authority in ca.crt of Secret code") == true
            }
            #expect(stage.host.requests.isEmpty)

            try await Self.set(authority, stage)
            let time = try await stage.until("it is open") { try await stage.condition()?.reason == "Open" }
            #expect(time < PullRequestStage.interval)
            #expect(try await stage.isReady())
        }
    }

    @Test("is not asked while ca.crt is no PEM, and the Secret says so; what is there stays")
    func unreadable() async throws {
        let authority = try Self.authority("company")
        try await PullRequestStage.run(secret: ["ca.crt": authority], authority: authority) { stage in
            stage.host.open(PullRequestStage.repository, 42)
            try await stage.create()
            try await stage.until("it is open") { try await stage.condition()?.reason == "Open" }
            try await stage.until("it is ready") { try await stage.isReady() }
            try await Self.set("the certificate", stage)
            try await stage.until("it is told") { try await stage.events().contains("CodeHostInvalid") }
            let notes = try await stage.cluster.admin.listAll(.events).items.map { $0.json.text() }.joined()
            #expect(notes.contains("Secret code: ca.crt is no PEM"))

            let asked = stage.host.requests.count
            stage.host.close(PullRequestStage.repository, 42)
            try await stage.sleep(300)
            #expect(stage.host.requests.count == asked)
            #expect(try await stage.isReady())
            try await Self.set(authority, stage)
            try await stage.until("it is over") { try await stage.hasEnded() }
        }
    }
}
