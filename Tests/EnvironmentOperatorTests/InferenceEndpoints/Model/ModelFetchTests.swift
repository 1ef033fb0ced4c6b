import Testing

@testable import EnvironmentOperator

@Suite("The step that fetches a model", .timeLimit(.minutes(20)))
struct ModelFetchTests {
    /// Of something else than what is served.
    private static let foreignDigest = "dbe92bf4caa45ad4f8d2a7d81b5d1e4b2f4b3f5a4c8f2de2e7ba4a5b7d1f0000"

    @Test("a model is fetched once, and not again by the next pod")
    func once() async throws {
        let run = try FetchRun()
        try run.curl(size: 5, #"printf whole >"$part""#)
        #expect(try await run.run().code == 0)
        #expect(run.text("cache/model.gguf") == "whole")
        #expect(try await run.run().code == 0)
        #expect(run.calls == 1)
    }

    @Test("a fetch that breaks off goes on where it was, as long as something comes")
    func resumed() async throws {
        let run = try FetchRun()
        // Ten times one byte more, and then the connection is gone.
        try run.curl(size: 10, #"printf x >>"$part"; [ "$(wc -c <"$part")" -ge 10 ] || exit 18"#)
        #expect(try await run.run().code == 0)
        #expect(run.text("cache/model.gguf") == "xxxxxxxxxx")
        #expect(run.calls == 10)
        #expect(run.text("calls").contains("-C -"))
    }

    @Test("what is not there is told with its address, after a few tries")
    func missing() async throws {
        let run = try FetchRun()
        try run.curl(size: 0, #"echo "curl: (22) The requested URL returned error: 404"; exit 22"#)
        let (code, words) = try await run.run()
        #expect(code == 1)
        #expect(words.hasPrefix("FetchFailed: https://models.example.com/gemma/model.gguf cannot be fetched"))
        #expect(words.contains("error: 404"))
        #expect(run.calls == 5)
    }

    @Test("other bytes than were asked for are told with their digest, and not kept")
    func digest() async throws {
        let run = try FetchRun()
        try run.curl(size: 5, #"printf whole >"$part""#)
        let (code, words) = try await run.run(sha256: Self.foreignDigest)
        #expect(code == 1)
        #expect(words.hasPrefix("DigestMismatch: model.gguf has the digest "))
        #expect(run.text("cache/model.gguf").isEmpty && run.text("cache/model.gguf.part").isEmpty)
        let found = String(words.split(separator: " ")[5].dropLast())
        #expect(try await run.run(sha256: found).code == 0)
        #expect(run.text("cache/model.gguf") == "whole")
    }

    @Test("a model that is larger than the cache is told before a byte of it is fetched")
    func tooLarge() async throws {
        let run = try FetchRun()
        try run.free(kibibytes: 1)
        try run.curl(size: 9_000_000, "exit 99")
        let (code, words) = try await run.run()
        #expect(code == 1)
        #expect(
            words == "CacheTooSmall: model.gguf has 9000000 bytes and the cache has 1024 left: raise spec.cache.size\n")
        #expect(run.calls == 0)
    }

    @Test("a cache that fills up is told as well")
    func full() async throws {
        let run = try FetchRun()
        try run.curl(size: 5, "exit 23")
        let (code, words) = try await run.run()
        #expect(code == 1)
        #expect(words == "CacheTooSmall: the cache is full: raise spec.cache.size\n")
    }
}
