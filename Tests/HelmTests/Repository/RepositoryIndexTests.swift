import TestSupport
import Testing

@testable import Helm

@Suite("Index of a repository") struct RepositoryIndexTests {
    private static let index: String = """
        apiVersion: v1
        generated: 2026-01-01T00:00:00Z
        entries:
          app:
          - {name: app, version: 1.9.0, urls: [a]}
          - {name: app, version: 2.0.0-rc.1, urls: [b]}
          - {name: app, version: 1.10.0, urls: [c], digest: abc}
          - {name: app, version: soon, urls: [d]}
          - {version: 3.0.0, urls: [e]}
          - null
          - {name: app, version: 1.10.0, urls: [f]}
          - {name: app, version: v0.9, urls: [g]}
          - {name: app, version: 0.9.0+build, urls: [h]}
          odd: {}
        """

    private static func index(_ text: String = index) throws -> RepositoryIndex {
        try RepositoryIndex(Array(text.utf8))
    }

    @Test("has the versions newest first, without the entries that nobody can read")
    func order() throws {
        let versions: [RepositoryIndex.Entry] = try Self.index().versions(of: "app")
        #expect(versions.map { $0.urls.joined() } == ["b", "c", "f", "a", "g", "h"])
        #expect(versions[1].digest == "abc")
    }

    @Test(
        "picks the version that is written so, or else the newest that is allowed",
        arguments: [
            ("", "c"), ("*", "c"), ("1.9.0", "a"), ("~1.9", "a"), (">=1 <1.10", "a"), ("^1", "c"), ("1", "c"),
            ("2.0.0-rc.1", "b"), (">=2.0.0-0", "b"), ("v1.9.0", "a"), ("0.9.0", "g"), ("0.9.0+build", "h"),
            ("v0.9", "g"),
        ])
    func picks(version: String, url: String) throws {
        #expect(try Self.index().entry(of: "app", version: version).urls == [url])
    }

    @Test(
        "says what there is where there is no such version or chart",
        arguments: [
            ("app", "^2", ChartFetchError.Code.notFound, "has no version ^2 of app: it has 2.0.0-rc.1, 1.10.0"),
            ("app", "9.9.9", .notFound, "and 1 more"), ("app", "soon", .invalid, "soon"),
            ("other", "", .notFound, "no chart other: it has app, odd"), ("odd", "", .notFound, "no chart odd"),
            ("a\n\u{1B}[2Jb", "", .notFound, "no chart a [2Jb"),
        ])
    func missing(name: String, version: String, code: ChartFetchError.Code, message: String) throws {
        let error: ChartFetchError? = #expect(throws: ChartFetchError.self) {
            try Self.index().entry(of: name, version: version)
        }
        #expect(error?.code == code && error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test(
        "refuses what is no index",
        arguments: [
            ("", "empty"), ("# nothing\n", "empty"), ("entries: {}", "apiVersion"), ("<html><body></html>", "map"),
            ("apiVersion: v1\nentries: []", "map"), ("a: [", "index.yaml"), ("apiVersion: v1\napiVersion: v1", "twice"),
        ])
    func refused(text: String, message: String) {
        let problem: String = problem { _ = try Self.index(text) }
        #expect(problem.contains(message), "\(problem)")
    }

    @Test("reads an index that is written as JSON")
    func json() throws {
        let text: String = #"{"apiVersion": "v1", "entries": {"app": [{"name": "app", "version": "1.0.0"}]}}"#
        #expect(try Self.index(text).entry(of: "app", version: "").urls.isEmpty)
    }

    @Test("Fuzz: an index is refused, or has versions in their order")
    func fuzz() throws {
        try Fuzzer(seed: 1, iterations: 1000).run(
            corpus: [Self.index, TestChart.index([("1.0.0", "a", "b")])],
            tokens: ["app:", "- ", "&a", "*a", "version: ", "urls: ", "null", "1.0.0", "---\n", "{", "}"]
        ) { bytes in
            do {
                let index: RepositoryIndex = try RepositoryIndex(bytes)
                let versions: [SemanticVersion] = index.versions(of: "app").map(\.version)
                try FuzzFailure.unless(zip(versions, versions.dropFirst()).allSatisfy { $0 >= $1 }, "out of order")
                do {
                    let entry: RepositoryIndex.Entry = try index.entry(of: "app", version: "*")
                    try FuzzFailure.unless(entry.version.prerelease.isEmpty, "a pre-release is no release")
                } catch is ChartFetchError {}
            } catch is HelmError {}
        }
    }
}
