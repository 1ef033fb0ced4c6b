import Glibc
import HTTPModel
import Synchronization
import Testing

@testable import CurlTransport

@Suite struct FileCredentialTests {
    private final class Clock: Sendable {
        private let time = Mutex(ContinuousClock.now)
        var now: ContinuousClock.Instant { time.withLock { $0 } }
        func move(_ duration: Duration) { time.withLock { $0 += duration } }
    }

    private let directory: TemporaryDirectory
    private let clock = Clock()

    init() throws { directory = try TemporaryDirectory() }

    private func source(_ name: String) -> TokenFileCredential {
        TokenFileCredential(path: "\(directory.path)/\(name)") { [clock] in clock.now }
    }

    @Test("a token is the file's text without white space around it")
    func trimmed() async throws {
        try directory.write(" \n one.two \r\n\n", to: "token")
        #expect(try await source("token").credential() == .bearer("one.two"))
    }

    @Test("A26: a token that is replaced is read at once")
    func replaced() async throws {
        let source = source("token")
        try directory.write("one", to: "token")
        #expect(try await source.credential() == .bearer("one"))
        try directory.write("two", to: "token")
        #expect(try await source.credential() == .bearer("two"))
    }

    @Test("a link that is moved to another file is followed")
    func link() async throws {
        try directory.write("one", to: "first")
        try directory.write("two", to: "second")
        symlink("first", "\(directory.path)/token")
        let source = source("token")
        #expect(try await source.credential() == .bearer("one"))
        symlink("second", "\(directory.path)/next")
        rename("\(directory.path)/next", "\(directory.path)/token")
        #expect(try await source.credential() == .bearer("two"))
    }

    @Test(
        "A26: a token that changes unseen is read again after a minute, or when it was refused",
        arguments: [true, false])
    func unseen(byRefusal: Bool) async throws {
        let source = source("token")
        let path = try directory.write("one", to: "token")
        #expect(try await source.credential() == .bearer("one"))
        // The same file, size and time.
        var information = stat()
        stat(path, &information)
        let file = open(path, O_WRONLY)
        _ = Glibc.write(file, "two", 3)
        futimens(file, [information.st_atim, information.st_mtim])
        close(file)
        #expect(try await source.credential() == .bearer("one"))
        if byRefusal { await source.invalidate(.bearer("one")) } else { clock.move(.seconds(61)) }
        #expect(try await source.credential() == .bearer("two"))
    }

    @Test("while the file is away its last token serves, until it is refused")
    func away() async throws {
        let source = source("token")
        let path = try directory.write("one", to: "token")
        #expect(try await source.credential() == .bearer("one"))
        unlink(path)
        #expect(try await source.credential() == .bearer("one"))
        try directory.write("\n", to: "token")
        #expect(try await source.credential() == .bearer("one"))
        await source.invalidate(.bearer("one"))
        let error = await #expect(throws: HTTPTransportError.self) { try await source.credential() }
        #expect(error?.code == .credential)
    }

    @Test("what is no token file is refused", arguments: ["absent", "empty", "large", "directory"])
    func refusals(kind: String) async throws {
        try directory.write(" \n", to: "empty")
        try directory.write(String(repeating: "hush", count: 20_000), to: "large")
        let name = kind == "directory" ? "." : kind
        let error = await #expect(throws: HTTPTransportError.self) { try await source(name).credential() }
        #expect(error?.code == .credential)
        #expect(error?.message.contains("\(directory.path)/\(name)") == true)
        #expect(error?.message.contains("hush") == false)
    }

    @Test("a certificate and its key are read again with the files, beside another credential")
    func certificates() async throws {
        try directory.write("certificate-1\n", to: "certificate")
        try directory.write("key-1\n", to: "key")
        try directory.write("token-1", to: "token")
        let source = CertificateFileCredential(
            certificatePath: "\(directory.path)/certificate", keyPath: "\(directory.path)/key",
            beside: source("token")
        ) { [clock] in clock.now }
        var expected = Credential.bearer("token-1")
        expected.clientCertificate = ClientCertificate(certificate: "certificate-1", key: "key-1")
        #expect(try await source.credential() == expected)
        try directory.write("certificate-2", to: "certificate")
        try directory.write("key-2", to: "key")
        try directory.write("token-2", to: "token")
        await source.invalidate(expected)
        let renewed = try await source.credential()
        #expect(renewed.authorization == "Bearer token-2")
        #expect(renewed.clientCertificate == ClientCertificate(certificate: "certificate-2", key: "key-2"))
    }
}
