import HTTPModel
import Testing

@testable import Helm

@Suite("Fetching charts") struct ChartFetcherTests {
    @Test("fetches the index and the archive, once each", arguments: ["1.2.0", "^1", ""])
    func fetches(version: String) async throws {
        let repository: FakeRepository = try TestChart.served()
        let fetched: FetchedChart = try await ChartFetcher(transport: repository)
            .chart(TestChart.reference(version), credentials: nil)
        #expect(fetched.chart.name == "app" && fetched.chart.metadata.version == "1.2.0")
        #expect(fetched.digest == TestChart.digest(TestChart.archive()))
        #expect(
            repository.targets == ["https://charts.example/index.yaml", "https://charts.example/app-1.2.0.tgz"])
        // An archive that is unpacked on the way would have another digest.
        #expect(repository.requests.map { $0.headers["Accept-Encoding"] } == [nil, "identity"])
        #expect(repository.requests.allSatisfy { $0.timeout == .seconds(60) })
    }

    @Test("follows redirects and whole URLs, over https alone")
    func follows() async throws {
        let archive: [UInt8] = TestChart.archive()
        let repository: FakeRepository = try TestChart.served(at: "https://files.example/a")
        repository["https://charts.example/index.yaml"] = .redirect("/stable/index.yaml", status: 301)
        repository["https://charts.example/stable/index.yaml"] = .text(
            TestChart.index([("1.2.0", "https://files.example/a", TestChart.digest(archive))]))
        repository["https://files.example/a"] = .redirect("//more.example/b?signature=hush", status: 307)
        repository["https://more.example/b?signature=hush"] = .bytes(archive)
        let fetcher: ChartFetcher = ChartFetcher(transport: repository)
        #expect(try await fetcher.chart(TestChart.reference(), credentials: nil).chart.name == "app")
        #expect(repository.requests.count == 4)
    }

    @Test("shows credentials to the repository's own origin alone, and to nobody in a text")
    func credentials() async throws {
        let credentials: ChartCredentials = ChartCredentials(username: "jane", password: "hush")
        let repository: FakeRepository = try TestChart.served()
        repository["https://charts.example/app-1.2.0.tgz"] = .redirect("https://charts.example:8443/x")
        repository["https://charts.example:8443/x"] = .redirect("https://files.example/x")
        repository["https://files.example/x"] = .redirect("https://charts.example/y")
        repository["https://charts.example/y"] = .bytes(TestChart.archive())
        let fetcher: ChartFetcher = ChartFetcher(transport: repository)
        _ = try await fetcher.chart(TestChart.reference(), credentials: credentials)
        let basic: String = "Basic amFuZTpodXNo"
        #expect(repository.requests.map { $0.headers["Authorization"] } == [basic, basic, nil, nil, basic])
        var dumped: String = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), dumped, "\([credentials])"] {
            #expect(!text.contains("hush") && !text.contains("jane"), "\(text)")
        }
    }

    @Test(
        "reads credentials from a Secret, or says which key to mend",
        arguments: [
            (["username": "jane", "password": "hush"], ""), (["username": "jane"], "no password"),
            (["password": "hush"], "no username"), (["username": "", "password": "hush"], "no username"),
            (["username": "a:b", "password": "hush"], "colon"), (["username": "jane", "password": "\u{FF}"], ""),
        ])
    func secret(data: [String: String], problem: String) {
        let actual: String = HelmTests.problem { _ = try ChartCredentials { data[$0].map { Array($0.utf8) } } }
        #expect(problem.isEmpty ? actual.isEmpty : actual.contains(problem) && !actual.contains("hush"))
        #expect(throws: ChartFetchError.self) { try ChartCredentials { _ in [0xFF] } }
    }

    @Test(
        "D14: says what is wrong with a repository and whether to try again",
        arguments: [
            (FakeRepository.Answer.status(404), ChartFetchError.Code.notFound), (.status(410), .notFound),
            (.status(401), .unauthorized), (.status(403), .unauthorized), (.status(500), .unreachable),
            (.status(503), .unreachable), (.status(429), .unreachable), (.status(400), .invalid),
            (.status(204), .invalid), (.status(206), .invalid), (.failure(.unreachable), .unreachable),
            (.failure(.timedOut), .unreachable), (.failure(.interrupted), .unreachable),
            (.failure(.closed), .unreachable), (.failure(.untrusted), .refused), (.failure(.malformed), .invalid),
            (.failure(.tooLarge), .tooLarge), (.text("<html>log in</html>"), .invalid), (.text(""), .invalid),
        ])
    func failures(answer: FakeRepository.Answer, code: ChartFetchError.Code) async throws {
        for place in ["index.yaml", "app-1.2.0.tgz"] {
            let repository: FakeRepository = try TestChart.served()
            repository["\(TestChart.repository)/\(place)"] = answer
            let error: ChartFetchError? = try await fetchError {
                _ = try await ChartFetcher(transport: repository).chart(TestChart.reference(), credentials: nil)
            }
            // A text instead of an archive has another digest, whatever it says.
            let isText: Bool = if case .text = answer { true } else { false }
            let expected: ChartFetchError.Code = isText && place != "index.yaml" ? .digestMismatch : code
            #expect(error?.code == expected && error?.isTransient == (expected == .unreachable))
            #expect(error?.message.contains("https://charts.example") == true || code == .refused)
        }
    }

    @Test(
        "D14: goes into a private network, or to plain http, only where the repository is there itself",
        arguments: [
            ("https://charts.example", "https://10.0.0.1/x", true), ("https://charts.example", "https://[::1]/x", true),
            ("https://charts.example", "https://169.254.169.254/latest", true),
            ("https://charts.example", "https://localhost/x", true),
            ("https://charts.example", "https://2130706433/x", true),
            ("https://charts.example", "http://charts.example/x", true),
            ("https://charts.example", "oci://charts.example/x", true),
            ("https://charts.example", "ftp://a.example/x", true),
            ("http://charts.example", "http://127.0.0.1/x", true),
            ("http://charts.example", "http://files.example/x", false),
            ("http://charts.example", "https://files.example/x", false),
            ("https://10.0.0.1", "https://10.0.0.2/x", false), ("http://localhost:8080", "http://127.0.0.1/x", false),
            ("https://10.0.0.1", "https://files.example/x", false), ("https://10.0.0.1", "https://0x0a.1/x", true),
        ])
    func inside(repository: String, target: String, isRefused: Bool) async throws {
        let redirected: FakeRepository = try TestChart.served(repository: repository)
        redirected["\(repository)/app-1.2.0.tgz"] = .redirect(target)
        redirected[target] = .bytes(TestChart.archive())
        let named: FakeRepository = try TestChart.served(repository: repository)
        named["\(repository)/index.yaml"] = .text(
            TestChart.index([("1.2.0", target, TestChart.digest(TestChart.archive()))]))
        named[target] = .bytes(TestChart.archive())
        for server in [redirected, named] {
            let error: ChartFetchError? = try await fetchError {
                _ = try await ChartFetcher(transport: server)
                    .chart(TestChart.reference(repository: repository), credentials: nil)
            }
            #expect((error != nil) == isRefused && error?.isTransient != true, "\(error?.message ?? "no error")")
            #expect(server.targets.contains(target) == !isRefused)
        }
    }

    @Test("D14: gives up after a few redirects, and one that leads nowhere")
    func redirects() async throws {
        let repository: FakeRepository = try TestChart.served()
        repository["https://charts.example/index.yaml"] = .redirect("index.yaml")
        let fetcher: ChartFetcher = ChartFetcher(transport: repository)
        var error: ChartFetchError? = try await fetchError {
            _ = try await fetcher.chart(TestChart.reference(), credentials: nil)
        }
        #expect(error?.code == .refused && repository.requests.count == 6)
        repository["https://charts.example/index.yaml"] = .status(302)
        error = try await fetchError { _ = try await fetcher.chart(TestChart.reference(), credentials: nil) }
        #expect(error?.code == .invalid)
    }

    @Test("D14: stops a body without an end at its limit")
    func endless() async throws {
        let repository: FakeRepository = try TestChart.served()
        repository["https://charts.example/app-1.2.0.tgz"] = .endless
        var limits: ChartFetchLimits = ChartFetchLimits()
        (limits.indexBytes, limits.archiveBytes) = (1 << 20, 2 << 20)
        let fetcher: ChartFetcher = ChartFetcher(transport: repository, limits: limits)
        var error: ChartFetchError? = try await fetchError {
            _ = try await fetcher.chart(TestChart.reference(), credentials: nil)
        }
        #expect(error?.code == .tooLarge && error?.message.contains("2097152") == true)
        #expect(repository.bytesServed <= 2 << 20 + 1 << 17)
        repository["https://charts.example/index.yaml"] = .endless
        error = try await fetchError { _ = try await fetcher.chart(TestChart.reference(), credentials: nil) }
        #expect(error?.code == .tooLarge && error?.message.contains("1048576") == true)
    }

    @Test("D15: refuses an archive that is not the pinned one, and names both digests")
    func pinned() async throws {
        let archive: [UInt8] = TestChart.archive(text: "changed")
        let cache: MemoryCache = MemoryCache()
        // The index agrees with the new archive: the pin counts.
        let repository: FakeRepository = try TestChart.served(archive)
        let pin: String = TestChart.digest(TestChart.archive())
        let fetcher: ChartFetcher = ChartFetcher(transport: repository, cache: ChartCache(cache) { _ in })
        let error: ChartFetchError? = try await fetchError {
            _ = try await fetcher.chart(TestChart.reference(digest: pin), credentials: nil)
        }
        #expect(error?.code == .digestMismatch && cache.names.isEmpty)
        #expect(error?.message.contains(pin) == true && error?.message.contains(TestChart.digest(archive)) == true)
        repository["https://charts.example/app-1.2.0.tgz"] = .bytes(TestChart.archive())
        #expect(try await fetcher.chart(TestChart.reference(digest: pin), credentials: nil).digest == pin)
    }

    @Test("D15: refuses an archive that is not what the index describes, or describes in no way that can be checked")
    func described() async throws {
        let wrong: String = TestChart.digest([])
        let cache: MemoryCache = MemoryCache()
        for (digest, code) in [(wrong, ChartFetchError.Code.digestMismatch), ("md5:00", .invalid)] {
            let repository: FakeRepository = try TestChart.served(digest: digest)
            let error: ChartFetchError? = try await fetchError {
                _ = try await ChartFetcher(transport: repository, cache: ChartCache(cache) { _ in })
                    .chart(TestChart.reference(), credentials: nil)
            }
            #expect(error?.code == code && cache.names.isEmpty)
        }
        let silent: FakeRepository = try TestChart.served(digest: "")
        #expect(
            try await ChartFetcher(transport: silent).chart(TestChart.reference(), credentials: nil).digest
                == TestChart.digest(TestChart.archive()))
        let bare: FakeRepository = try TestChart.served(
            digest: String(TestChart.digest(TestChart.archive()).dropFirst(7)).uppercased())
        #expect(
            try await ChartFetcher(transport: bare).chart(TestChart.reference(), credentials: nil).chart.name == "app")
    }

    // G6: the same name and version, served by somebody else.
    @Test("refuses a chart of the same name from another repository, by the digest")
    func otherRepository() async throws {
        let pin: String = TestChart.digest(TestChart.archive())
        let other: FakeRepository = try TestChart.served(
            TestChart.archive(text: "evil"), repository: "https://other.example")
        let error: ChartFetchError? = try await fetchError {
            _ = try await ChartFetcher(transport: other)
                .chart(TestChart.reference(digest: pin, repository: "https://other.example"), credentials: nil)
        }
        #expect(error?.code == .digestMismatch)
    }

    @Test(
        "refuses an archive whose chart is not the one that was asked for",
        arguments: [("other", "1.2.0"), ("app", "1.2.1")])
    func otherChart(name: String, version: String) async throws {
        let archive: [UInt8] = TestChart.archive(name: name, version: version)
        let cache: MemoryCache = MemoryCache()
        let fetcher: ChartFetcher = ChartFetcher(
            transport: try TestChart.served(archive), cache: ChartCache(cache) { _ in })
        for digest in [nil, TestChart.digest(archive)] {
            let error: ChartFetchError? = try await fetchError {
                _ = try await fetcher.chart(TestChart.reference(digest: digest), credentials: nil)
            }
            #expect(error?.code == .invalid && error?.message.contains("\(name) \(version)") == true)
            #expect(cache.names.isEmpty)
        }
    }

    @Test("refuses a digest and a version that are none before anything is asked")
    func malformed() async throws {
        let repository: FakeRepository = try TestChart.served()
        for reference in [TestChart.reference(digest: "sha256:00"), TestChart.reference("soon")] {
            let error: ChartFetchError? = try await fetchError {
                _ = try await ChartFetcher(transport: repository).chart(reference, credentials: nil)
            }
            #expect(error?.code == .invalid && repository.requests.isEmpty)
        }
    }
}
