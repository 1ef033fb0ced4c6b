import Formats
import Kubernetes
import TestSupport
import Testing

@testable import Helm

@Suite("Release records") struct ReleaseRecordTests {
    private static func secret(_ json: String, release: String = "demo", revision: Int = 1) -> KubernetesObject {
        let packed: [UInt8] = ChartArchive.gzip(Array(json.utf8))
        return secret(holding: Base64.encode(packed), release: release, revision: revision)
    }

    static func secret(holding text: String, release: String = "demo", revision: Int = 1) -> KubernetesObject {
        let name: String = ReleaseWords.secretName(release, revision: revision)
        var secret: KubernetesObject = KubernetesObject(.secrets, namespace: "env-demo", name: name)
        secret["data"] = ["release": .string(Base64.encode(Array(text.utf8)))]
        return secret
    }

    private static func full() -> Release {
        var release: Release = Demo.release(3, .pendingUpgrade)
        release.config = JSONObject(unique: [("replicas", 2), ("big", .unsigned(.max)), ("half", .double(0.5))])
        release.manifest = "---\n# Source: demo/templates/a.yaml\n" + Demo.object("ConfigMap", "a") + "\n"
        release.info.notes = "é\n"
        release.info.rollbackRevision = 1
        return release
    }

    @Test("reads what it has written, and says nothing of the values when it is printed")
    func roundTrip() throws {
        var release: Release = Self.full()
        var hook: ReleaseHook = ReleaseHook(
            try #require(
                try Demo.rendered([Demo.hook("h", "pre-install,test", weight: -1, policies: "hook-failed")]).hooks.first
            ))
        hook.lastRun.phase = .succeeded
        hook.lastRun.startedAt = ReleaseTime(Demo.now)
        release.hooks = [hook]
        let stored: StoredRelease = try #require(Demo.stored(release))
        #expect(try stored.content.get() == release)
        #expect(stored.release?.contentDigest == release.contentDigest)
        #expect(stored.members == [ReleaseMember(key: Demo.key(.configMaps, "a"), isKept: false)])
        #expect("\(stored.content)".contains("demo v3 (pending-upgrade)"))
        #expect(!"\(stored.content)".contains("replicas"))
    }

    @Test("names and labels the Secret as Helm does, and keeps its own words in annotations")
    func metadata() {
        var record: ReleaseRecord = ReleaseRecord(
            release: Self.full(), operation: "op", appliedDigest: "sha256:1", createdAt: 17, modifiedAt: 18)
        record.hooksDone = [.preUpgrade]
        record.labels = ["team": "x", "owner": "nobody"]
        let secret: KubernetesObject = record.secret
        #expect(secret.name == "sh.helm.release.v1.demo.v3")
        #expect(secret["type"] == "helm.sh/release.v1")
        #expect(
            secret.json[path: "metadata", "labels"] == [
                "name": "demo", "owner": "helm", "status": "pending-upgrade", "version": "3", "createdAt": "17",
                "modifiedAt": "18", "team": "x",
            ])
        let stored: StoredRelease? = StoredRelease(secret)
        #expect(stored?.operation == "op" && stored?.appliedDigest == "sha256:1" && stored?.hooksDone == [.preUpgrade])
        #expect(stored?.labels == ["team": "x"] && stored?.createdAt == 17 && stored?.modifiedAt == 18)
    }

    @Test("keeps fields that it does not know, also those of the chart")
    func unknownFields() throws {
        let json: String = """
            {"name":"demo","namespace":"env-demo","version":1,"new":[1],"info":{"status":"deployed","new":{"a":2},
            "first_deployed":"2026-08-20T15:58:20.123456789-06:00","deleted":""},"chart":{"metadata":{"name":"demo",
            "new":3},"new":4},"hooks":[{"name":"h","new":5,"last_run":{"phase":"","started_at":"","new":6}}],
            "config":null,"manifest":""}
            """
        let release: Release = try #require(StoredRelease(Self.secret(json))?.release)
        let again: Release = try #require(Demo.stored(release)?.release)
        #expect(again == release)
        let text: String = String(decoding: try Self.unpacked(release), as: UTF8.self)
        for field in [#""new":[1]"#, #""new":{"a":2}"#, #""new":3"#, #""new":4"#, #""new":5"#, #""new":6"#] {
            #expect(text.contains(field), "\(field) in \(text)")
        }
        #expect(text.contains("15:58:20.123456789-06:00"))
        #expect(release.info.deleted == nil)
    }

    @Test("keeps what a chart locks its dependencies to, unless Helm could not read it")
    func lock() throws {
        let lock: String = """
            dependencies:
            - {name: a, repository: "https://example.com", version: 1.0.0}
            digest: sha256:1
            generated: "2026-01-01T00:00:00.5+01:00"
            """
        #expect(
            try chart(["Chart.lock": lock]).lock == [
                "generated": "2026-01-01T00:00:00.5+01:00", "digest": "sha256:1",
                "dependencies": [["name": "a", "version": "1.0.0", "repository": "https://example.com"]],
            ])
        let broken: Chart = try chart(["Chart.lock": "generated: yesterday"])
        #expect(broken.lock == nil && broken.warnings.first?.contains("Chart.lock.generated is no time") == true)
    }

    static func unpacked(_ release: Release) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var source: GzipSource = try GzipSource(release.packed)
        var count: Int = -1
        while count < bytes.count {
            count = bytes.count
            try source.read(upTo: 1 << 20, into: &bytes)
        }
        return bytes
    }

    @Test(
        "D20: says what is wrong with one release, and reads the others",
        arguments: [
            ("!", "no base64"), ("H4sIAAAA", "gzip is damaged"), (Base64.encode(Array("{".utf8)), "no JSON"),
            (Base64.encode(Array("[]".utf8)), "no object"), (Base64.encode(Array("{}".utf8)), "info is missing"),
            (Base64.encode(Array(#"{"info":{"status":"gone"}}"#.utf8)), #"status is "gone""#),
            (Base64.encode(Array(#"{"info":{"status":1}}"#.utf8)), "status is no text"),
            (Base64.encode(Array(#"{"info":{"last_deployed":"today"}}"#.utf8)), "last_deployed is no time"),
            (Base64.encode(Array(#"{"info":{},"chart":{},"name":"other","version":1}"#.utf8)), "another release"),
            (Base64.encode(Array(#"{"version":1.5}"#.utf8)), "version is no integer"),
        ])
    func unreadable(text: String, problem: String) throws {
        let good: KubernetesObject = ReleaseRecord(
            release: Demo.release(2), operation: "", appliedDigest: "", createdAt: 1
        ).secret
        let (rows, problems) = ReleaseRow.list([Self.secret(holding: text), good])
        #expect(rows.map(\.revision) == [2])
        #expect(problems.count == 1)
        #expect("\(problems)".contains(problem), "\(problems)")
        #expect("\(problems)".contains("env-demo/sh.helm.release.v1.demo.v1"))
    }

    @Test("D20: unpacks no more of a Secret than its limit, whatever it holds")
    func bomb() {
        let packed: String = Base64.encode(ChartArchive.gzip(Array(repeating: 0x20, count: 1 << 20)))
        let refusal: String = problem { _ = try ReleaseReading.release(packed, maximumBytes: (1 << 20) - 1) }
        #expect(refusal.contains("larger than 1048575 bytes unpacked"), "\(refusal)")
        #expect(problem { _ = try ReleaseReading.release(packed) }.contains("no JSON"))
        #expect(ReleaseReading.maximumBytes == 32 << 20)
    }

    @Test(
        "takes no other Secret for a release",
        arguments: [
            "x", "sh.helm.release.v1.demo", "sh.helm.release.v1.demo.v", "sh.helm.release.v1.demo.v0",
            "sh.helm.release.v1.demo.v01", "sh.helm.release.v1.demo.v-1", "sh.helm.release.v1..v1",
            "sh.helm.release.v1.demo.v99999999999999999999", "sh.helm.release.v1.demo.v9223372036854775807",
            "sh.helm.release.v1.demo.v1000000001", "sh.helm.release.v1.demo.1",
        ])
    func names(name: String) {
        #expect(StoredRelease(KubernetesObject(.secrets, namespace: "env-demo", name: name)) == nil)
    }

    @Test("D13: knows the size before anything is written, and names what is largest")
    func size() throws {
        var generator: SeededGenerator = SeededGenerator(seed: 1)
        var noise: [UInt8] = []
        while noise.count < 900_000 { withUnsafeBytes(of: generator.next()) { noise += $0 } }
        let config: JSONObject = JSONObject(unique: [("noise", .string(Base64.encode(noise)))])
        let refusal: String = problem { _ = try Demo.desired([], config: config) }
        #expect(refusal.contains("of the at most 1048576") && refusal.contains("the values (1200012)"), "\(refusal)")
        let fitting: JSONObject = JSONObject(unique: [("noise", .string(Base64.encode(Array(noise.prefix(700_000)))))])
        #expect(try Demo.desired([], config: fitting).config == fitting)
    }

    @Test("packs a chart once, into plain gzip")
    func packing() throws {
        for text in ["", "a", String(repeating: "abc", count: 100_000)] {
            let packed: [UInt8] = PackedText(Array(text.utf8)).gzip(followedBy: Array("end".utf8))
            var bytes: [UInt8] = []
            var source: GzipSource = try GzipSource(packed)
            var count: Int = -1
            while count < bytes.count {
                count = bytes.count
                try source.read(upTo: 1 << 20, into: &bytes)
            }
            #expect(bytes == Array((text + "end").utf8))
        }
    }

    @Test("packs nothing into more than it says, also what does not shrink", arguments: [0, 1, 63, 5_000, 200_000])
    func mostPacked(count: Int) {
        var generator: SeededGenerator = SeededGenerator(seed: UInt64(count))
        let noise: [UInt8] = (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        let text: PackedText = PackedText(noise)
        #expect(text.packedCount <= PackedText.most(of: count))
        let packed: Int = text.gzip(followedBy: noise).count
        #expect(packed <= PackedText.wrapping + text.packedCount + PackedText.most(of: count))
        #expect(packed >= PackedText.wrapping + text.packedCount + count, "noise that shrinks proves nothing")
    }

    @Test("prints rows as Helm does")
    func rows() throws {
        var release: Release = Demo.release(2, .superseded)
        release.info.lastDeployed = try ReleaseTime("2026-08-02T15:58:20.12-06:00")
        let secrets: [KubernetesObject] = [Demo.release(10), release].map {
            ReleaseRecord(release: $0, operation: "", appliedDigest: "", createdAt: 1).secret
        }
        #expect(
            ReleaseRow.list(secrets).rows.map(\.listCells) == [
                ["demo", "env-demo", "10", "2027-01-15 08:00:00 +0000 UTC", "deployed", "demo-1.2.3", "9"]
            ])
        #expect(
            ReleaseRow.history(of: "demo", secrets).rows.first?.historyCells == [
                "2", "Sun Aug  2 15:58:20 2026", "superseded", "demo-1.2.3", "9", "Install complete",
            ])
        #expect(ReleaseRow.history(of: "other", secrets).rows.isEmpty)
        #expect(ReleaseRow(release).statusLines.contains("LAST DEPLOYED: Sun Aug  2 15:58:20 2026"))
        #expect(ReleaseRow(release).listCells[3] == "2026-08-02 15:58:20.12 -0600 -0600")
    }

    /// Plans with a stored release, whatever it is.
    private static func plan(with release: Release) {
        guard let stored = Demo.stored(release) else { return }
        let observation: ReleaseObservation = ReleaseObservation(now: Demo.now, stored: [stored])
        let desired: DesiredRelease? = try? DesiredRelease(rollingBackTo: stored, in: Demo.scope)
        let wishes: [ReleaseIntent] =
            [.uninstall(Demo.scope)] + (desired.map { [.deploy($0), .rollback($0, to: release.revision)] } ?? [])
        for wish in wishes {
            _ = ReleasePlan.keys(wish, stored: [stored])
            _ = ReleasePlan(wish, observation)
        }
    }

    @Test("Fuzz: no release Secret traps, and what is read is written and read again the same")
    func fuzz() throws {
        let seeds: [[UInt8]] = try [
            Self.unpacked(Self.full()), Array(#"{"name":"demo","version":1,"info":{},"chart":{"metadata":null}}"#.utf8),
        ]
        let corpus: [[UInt8]] = seeds + seeds.map { ChartArchive.gzip($0) }
        let tokens: [String] = [
            #""status":"failed""#, #""version":"#, "null", "[]", "{}", #""hooks":[{"last_run":{}}]"#, "1e400", #""""#,
        ]
        try Fuzzer(seed: 7, iterations: 3_000).run(corpus: corpus, tokens: tokens) { bytes in
            guard let release = try? ReleaseReading.release(Base64.encode(bytes)) else { return }
            let again: Release = try ReleaseReading.release(Base64.encode(release.packed))
            try FuzzFailure.unless(again == release, "it was read as another one")
            Self.plan(with: release)
        }
    }
}
