import Formats
import Glibc
import HTTPModel
import Synchronization
import Testing

@testable import CurlTransport

@Suite struct ExecCredentialTests {
    private let directory: TemporaryDirectory
    private static let version = ExecConfiguration.APIVersion.v1

    init() throws { directory = try TemporaryDirectory() }

    /// A shell script that adds a line to `runs` and goes on with `body`.
    private func source(
        _ body: String,
        timeout: Duration = .seconds(300),
        isInteractive: Bool = false,
        now: @escaping @Sendable () -> Timestamp = { Timestamp(sinceEpoch: .zero) },
        configure: (inout ExecConfiguration) -> Void = { _ in }
    ) throws -> ExecCredential {
        let path = try directory.write(
            "#!/bin/sh\necho run >> \(directory.path)/runs\n\(body)\n", to: "plugin", mode: 0o700
        )
        var configuration = ExecConfiguration(command: path, apiVersion: Self.version)
        configure(&configuration)
        return ExecCredential(
            configuration, environment: ["PATH": "/usr/bin:/bin", "GREETING": "inherited", "OTHER": "inherited"],
            isInteractive: isInteractive, timeout: timeout, now: now
        )
    }

    private static func status(_ members: String, version: String = version.rawValue) -> String {
        "cat <<'END'\n{\"kind\": \"ExecCredential\", \"apiVersion\": \"\(version)\", \"status\": {\(members)}}\nEND"
    }

    private var runs: Int { directory.read("runs")?.split(separator: "\n").count ?? 0 }

    @Test("a program's token is the credential, and is kept")
    func token() async throws {
        let source = try source(Self.status(#""token": "abc""#))
        #expect(try await source.credential() == .bearer("abc"))
        #expect(try await source.credential() == .bearer("abc"))
        #expect(runs == 1)
    }

    @Test("a program's certificate and key are the credential", arguments: ["", #", "token": "abc""#])
    func certificate(token: String) async throws {
        let source = try source(Self.status(#""clientCertificateData": "C", "clientKeyData": "K""# + token))
        let credential = try await source.credential()
        #expect(credential.clientCertificate == ClientCertificate(certificate: "C", key: "K"))
        #expect(credential.authorization == (token.isEmpty ? nil : "Bearer abc"))
    }

    @Test("the program is told what it should know, and inherits the rest", arguments: [true, false])
    func environment(isInteractive: Bool) async throws {
        let script = """
            printf '%s\\n' "$KUBERNETES_EXEC_INFO" > \(directory.path)/info
            printf '%s|' "$0" "$@" "$GREETING" "$OTHER" > \(directory.path)/words
            ls /proc/self/fd > \(directory.path)/descriptors
            \(Self.status(#""token": "abc""#))
            """
        let source = try source(
            script, isInteractive: isInteractive,
            configure: {
                $0.arguments = ["one two", "$HOME"]
                $0.environment = [("GREETING", "first"), ("GREETING", "hello")]
                $0.cluster = ["server": "https://example.org"]
            })
        // Open and without close-on-exec, as other parts of the program may have it.
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        _ = try await source.credential()
        for end in ends { close(end) }
        let information = try JSONValue(parsing: try #require(directory.read("info")))
        #expect(
            information == [
                "kind": "ExecCredential", "apiVersion": .string(Self.version.rawValue),
                "spec": ["interactive": .bool(isInteractive), "cluster": ["server": "https://example.org"]],
            ]
        )
        #expect(directory.read("words") == "\(directory.path)/plugin|one two|$HOME|hello|inherited|")
        // `ls` itself opens the fourth.
        #expect(directory.read("descriptors") == "0\n1\n2\n3\n")
    }

    @Test("requests that need a credential at once share one run")
    func singleFlight() async throws {
        let source = try source("read line < \(directory.path)/go\n" + Self.status(#""token": "abc""#))
        mkfifo("\(directory.path)/go", 0o600)
        try await withThrowingTaskGroup(of: Credential.self) { group in
            for _ in 0..<20 { group.addTask { try await source.credential() } }
            group.addTask { [directory] in
                // Opening waits for the program; by then it runs.
                try await onThread {
                    let file = open("\(directory.path)/go", O_WRONLY | O_CLOEXEC)
                    _ = Glibc.write(file, "go\n", 3)
                    close(file)
                }
                return .bearer("abc")
            }
            for try await credential in group { #expect(credential == .bearer("abc")) }
        }
        #expect(runs == 1)
    }

    @Test("an expired credential is replaced, a refused one too, but once")
    func renewal() async throws {
        let now = Mutex(try Timestamp("2026-01-01T00:00:00Z"))
        let script = """
            n=$(wc -l < \(directory.path)/runs | tr -d ' ')
            echo '{"kind": "ExecCredential", "apiVersion": "\(Self.version.rawValue)", "status": {"token": "t'$n'",'
            echo '"expirationTimestamp": "2026-01-01T01:00:00+00:00"}}'
            """
        let source = try source(script, now: { now.withLock { $0 } })
        #expect(try await source.credential() == .bearer("t1"))
        now.withLock { $0 = $0 + .seconds(3599) }
        #expect(try await source.credential() == .bearer("t1"))
        now.withLock { $0 = $0 + .seconds(1) }
        #expect(try await source.credential() == .bearer("t2"))
        now.withLock { $0 = Timestamp(sinceEpoch: .zero) }
        await source.invalidate(.bearer("t2"))
        // Others complain of the same one later.
        #expect(try await source.credential() == .bearer("t3"))
        await source.invalidate(.bearer("t2"))
        #expect(try await source.credential() == .bearer("t3"))
        #expect(runs == 3)
    }

    @Test(
        "what is no ExecCredential is refused, and not shown",
        arguments: [
            "echo hush", "true", "echo '{}'", "echo '[\"hush\"]'", Self.status("", version: "hush"),
            Self.status("", version: ExecConfiguration.APIVersion.v1beta1.rawValue), Self.status(""),
            Self.status(#""token": """#), Self.status(#""token": 1"#), Self.status(#""clientKeyData": "hush""#),
            Self.status(#""clientCertificateData": "hush", "token": "hush""#),
            Self.status(#""token": "hush", "expirationTimestamp": "tomorrow""#),
            Self.status(#""token": "hush""#) + "\necho hush",
            #"echo '{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1"}'"#,
        ]
    )
    func refusals(script: String) async throws {
        let source = try source(script)
        let error = await #expect(throws: HTTPTransportError.self) { try await source.credential() }
        #expect(error?.code == .credential)
        #expect(error?.message.contains("hush") == false)
        #expect(error?.message.contains("\(directory.path)/plugin") == true)
    }

    @Test("a program that fails says so", arguments: [("exit 3", "exit status 3"), ("kill -9 $$", "signal 9")])
    func exits(script: String, text: String) async throws {
        let source = try source(Self.status(#""token": "hush""#) + "\n" + script)
        let error = await #expect(throws: HTTPTransportError.self) { try await source.credential() }
        #expect(error?.code == .credential)
        #expect(error?.message.contains(text) == true)
    }

    @Test("a program that is missing comes with its hint", arguments: ["no-such-program", "/no/such/program"])
    func missing(command: String) async throws {
        var configuration = ExecConfiguration(command: command, apiVersion: .v1)
        configuration.installHint = "run `get program`"
        let source = ExecCredential(configuration, environment: [:], isInteractive: false) {
            Timestamp(sinceEpoch: .zero)
        }
        let error = await #expect(throws: HTTPTransportError.self) { try await source.credential() }
        #expect(error?.message == "exec program \(command) not found: run `get program`")
    }

    @Test("output without end is cut off", arguments: ["yes", "yes & cat"])
    func outputBomb(script: String) async throws {
        let source = try source(script)
        let error = await #expect(throws: HTTPTransportError.self) { try await source.credential() }
        #expect(error?.message.contains("printed more than 1048576 bytes") == true)
    }

    @Test(
        "a program that hangs is ended when its time is over, and what it started with it",
        arguments: ["sleep 1000", "sleep 1000 & wait", "exec 1>&-; sleep 1000"]
    )
    func hanging(script: String) async throws {
        // The lock is free when all that hold the file open have ended.
        let source = try source("exec 9> \(directory.path)/lock; flock 9; \(script)", timeout: .milliseconds(300))
        let error = await #expect(throws: HTTPTransportError.self) { try await source.credential() }
        #expect(error?.code == .credential)
        #expect(error?.message.contains("did not end within 0.3 seconds") == true)
        try await onThread { [directory] in directory.waitForLock("lock") }
    }

    @Test("a run that nobody waits for any more is ended, one that somebody waits for is not")
    func cancellation() async throws {
        mkfifo("\(directory.path)/started", 0o600)
        let source = try source(
            "exec 9> \(directory.path)/lock; flock 9; echo > \(directory.path)/started; sleep 1000"
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    await #expect(throws: CancellationError.self) { try await source.credential() }
                }
            }
            try await onThread { [directory] in _ = directory.read("started") }
            group.cancelAll()
        }
        try await onThread { [directory] in directory.waitForLock("lock") }
        #expect(runs == 1)
    }

    @Test("a program that must ask is not run where nobody can answer")
    func interactive() async throws {
        for (isInteractive, mode) in [
            (false, ExecConfiguration.InteractiveMode.always), (true, .always), (true, .never),
        ] {
            let source = try source(
                "readlink /proc/self/fd/0 > \(directory.path)/input\n" + Self.status(#""token": "abc""#),
                isInteractive: isInteractive, configure: { $0.interactiveMode = mode }
            )
            if isInteractive {
                #expect(try await source.credential() == .bearer("abc"))
                #expect((directory.read("input") == "/dev/null\n") == (mode == .never))
            } else {
                let error = await #expect(throws: HTTPTransportError.self) { try await source.credential() }
                #expect(error?.message.contains("interactiveMode Always") == true)
            }
        }
        #expect(runs == 2)
    }

    @Test("arguments and variables never print")
    func redaction() {
        var configuration = ExecConfiguration(command: "plugin", apiVersion: .v1)
        configuration.arguments = ["hush"]
        configuration.environment = [("A", "hush")]
        let source = ExecCredential(configuration, environment: ["B": "hush"], isInteractive: false) {
            Timestamp(sinceEpoch: .zero)
        }
        var text = "\(configuration) \(String(reflecting: configuration)) \(source)"
        dump(configuration, to: &text)
        dump(source, to: &text)
        #expect(!text.contains("hush"))
    }
}

/// Runs what blocks on a thread that may.
private func onThread(_ body: @escaping @Sendable () -> Void) async throws {
    let done = Promise<Void>()
    #expect(
        NativeThread.begin {
            body()
            done.settle(.success(()))
        }
    )
    try await done.value()
}

extension TemporaryDirectory {
    /// Blocks until nobody holds the lock on a file.
    fileprivate func waitForLock(_ name: String) {
        let file = open("\(path)/\(name)", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        flock(file, LOCK_EX)
        close(file)
    }
}
