import TestSupport
import Testing

@testable import Helm

@Suite("Chart archives") struct ChartArchiveTests {
    @Test("packs and unpacks, with the same bytes each time")
    func roundTrip() throws {
        let long: String = String(repeating: "long/", count: 50) + "é"
        let files: [ChartFile] = ["Chart.yaml", "templates/a.yaml", long].map {
            ChartFile(path: $0, bytes: Array($0.utf8) + Array(repeating: 7, count: 700))
        }
        let packed: [UInt8] = ChartArchive.pack(files, folder: "app")
        #expect(try ChartArchive.files(in: packed) == files)
        #expect(ChartArchive.pack(files, folder: "app") == packed)
    }

    @Test("reads names of GNU tar and of pax, folders, and a byte order mark as nothing")
    func dialects() throws {
        let archive: ArchiveBuilder = ArchiveBuilder()
            .pax("comment", "x", type: "g").adding("app/", type: "5").adding("app/old/", type: "0")
            .adding("././@LongLink", "app/templates/long\0", type: "L").adding("app/x", "1")
            .pax("path", "app/pax").pax("mtime", "1").adding("app/y", "2")
            .adding("app/./a//b", "\u{FEFF}3")
        #expect(try archive.files().map(\.path) == ["templates/long", "pax", "a/b"])
        #expect(try archive.files().map(\.text) == ["1", "2", "3"])
    }

    @Test(
        "D17: refuses a path that leads out of the chart",
        arguments: [
            ("app/../x", "leads out"), ("app/../\u{301}x", "leads out"), ("/\u{301}x", "absolute"),
            ("app/a/../../b", "leads out"), ("../app/x", "leads out"),
            ("/etc/passwd", "absolute"), ("app\\x", "backslash"), ("app/..\\x", "backslash"),
            ("C:/x", "drive"), ("app/c:/x", "drive"), ("./Chart.yaml", "in no folder"), (".", "in no folder"),
            ("Chart.yaml", "in no folder"), ("..", "leads out"), ("other/x", "outside of the folder app"),
            ("", "in no folder"),
        ])
    func zipSlip(path: String, problem: String) {
        let other: ArchiveBuilder = ArchiveBuilder().adding(path == "other/x" ? "app/Chart.yaml" : path, "x")
        #expect(other.adding(path, "x").problem().contains(problem), "\(other.adding(path, "x").problem())")
    }

    @Test(
        "D18: refuses all but files and folders",
        arguments: [
            ("1", "hard link"), ("2", "symbolic link"), ("3", "device"), ("4", "device"), ("6", "pipe"),
            ("S", "sparse"), ("Z", "unknown"),
        ])
    func kinds(type: Character, problem: String) {
        #expect(ArchiveBuilder().adding("app/x", type: type).problem().contains(problem))
        #expect(ArchiveBuilder().pax("GNU.sparse.major", "1").adding("app/x").problem().contains("sparse"))
    }

    @Test(
        "D18: refuses two entries for one path, also where only some file systems confuse them",
        arguments: [
            ("app/a", "app/a", "twice"), ("app/a", "app/A", "case alone"), ("app/T/a", "app/t/b", "case alone"),
            ("app/a", "app/a/b", "twice"), ("app/a/b", "app/a", "twice"), ("app/\u{E9}", "app/e\u{301}", "case alone"),
            ("app/a", "app/./a", "twice"),
        ])
    func duplicates(first: String, second: String, problem: String) {
        #expect(ArchiveBuilder().adding(first, "x").adding(second, "x").problem().contains(problem))
    }

    @Test("D19: refuses a size that the header only claims")
    func lies() {
        let claims: ArchiveBuilder = ArchiveBuilder().adding("app/x", "abc", size: 1 << 20)
        #expect(claims.problem().contains("middle of a file"))
        #expect(ArchiveBuilder().pax("size", "999999").adding("app/x", "abc").problem().contains("middle of a file"))
        #expect(ArchiveBuilder().adding("app/x", "abc", size: 1 << 32).problem().contains("larger than"))
        #expect(ArchiveBuilder().adding("app/x", type: "5", size: 512).problem().contains("folder with content"))
        #expect(ArchiveBuilder().adding("x", type: "x", size: 1 << 30).problem().contains("header of"))
    }

    @Test("D19: refuses what is over a limit, before it is unpacked")
    func limits() throws {
        let zeros: [UInt8] = Array(repeating: 0, count: 6 << 20)
        let large: [UInt8] = ChartArchive.pack([ChartFile(path: "x", bytes: zeros)], folder: "app")
        #expect(large.count < 20_000)
        #expect(throws: HelmError("app/x is larger than 5242880 bytes: leave it out of the chart")) {
            try ChartArchive.files(in: large)
        }
        var limits: ArchiveLimits = ArchiveLimits()
        (limits.totalBytes, limits.entries, limits.pathFolders) = (4096, 3, 4)
        let files: [(String, String)] = (0..<4).map { ("f\($0)", "x") }
        #expect(throws: HelmError.self) { try ChartArchive.files(in: archive(files), limits: limits) }
        limits.totalBytes = 1 << 20
        #expect(throws: HelmError("the chart has more than 3 files: leave out what templates do not need")) {
            try ChartArchive.files(in: archive(files), limits: limits)
        }
        #expect(ArchiveBuilder().adding("a/b/c/d/e").problem(limits: limits).contains("more than 4 folders"))
    }

    @Test("D19: stops a bomb within its limit, also where it follows the end of the archive")
    func bomb() {
        var limits: ArchiveLimits = ArchiveLimits()
        limits.totalBytes = 1 << 20
        let tail: [UInt8] = Array(repeating: 0, count: 8 << 20)
        let bomb: [UInt8] = ChartArchive.gzip(ArchiveBuilder().adding("app/x", "x").tar + tail)
        var budget: ArchiveBudget = ArchiveBudget(limits)
        #expect(throws: HelmError.self) { try ChartArchive.files(in: bomb, &budget) }
        #expect(budget.bytes <= 1 << 20 + 1 << 16)
    }

    @Test("D16: refuses a damaged or incomplete archive")
    func damage() throws {
        let whole: [UInt8] = ArchiveBuilder().adding("app/x", "content").bytes
        for count in [0, 2, 10, 18, whole.count / 2, whole.count - 8, whole.count - 1] {
            #expect(throws: HelmError.self, "\(count) bytes") { try ChartArchive.files(in: Array(whole.prefix(count))) }
        }
        var wrong: [UInt8] = whole
        wrong[whole.count - 6] ^= 1  // The checksum at the end.
        #expect(throws: HelmError.self) { try ChartArchive.files(in: wrong) }
        #expect(throws: HelmError.self) { try ChartArchive.files(in: whole + [1]) }
        #expect(throws: HelmError.self) { try ChartArchive.files(in: ChartArchive.gzip([])) }
        #expect(throws: HelmError.self) { try ChartArchive.files(in: ChartArchive.gzip(Array("a: 1\n".utf8))) }
        #expect(try ChartArchive.files(in: whole + [0, 0]).count == 1)
    }

    @Test("reads gzip in several members")
    func members() throws {
        let tar: [UInt8] = ArchiveBuilder().adding("app/x", "content").tar
        let bytes: [UInt8] = ChartArchive.gzip(Array(tar[..<600])) + ChartArchive.gzip(Array(tar[600...]))
        #expect(try ChartArchive.files(in: bytes).map(\.text) == ["content"])
    }
}

@Suite("Chart archive fuzzing") struct ChartArchiveFuzzTests {
    private static let archive: ArchiveBuilder = ArchiveBuilder()
        .adding("app/", type: "5").adding("app/Chart.yaml", "name: app").pax("path", "app/pax").adding("app/y", "2")
        .adding("././@LongLink", "app/templates/long\0", type: "L").adding("app/x", "1")

    @Test("Fuzz: a tar is refused or read, within its limits")
    func fuzzTar() throws {
        var limits: ArchiveLimits = ArchiveLimits()
        limits.totalBytes = 1 << 16
        try Fuzzer(seed: 1, iterations: 400).run(
            corpus: [Self.archive.tar], tokens: ["app/../", "0000777", "ustar\0", "ustar  \0", "17 path=app/../a\n"]
        ) { bytes in
            // With checksums that are right, the mutations reach what is behind them.
            for bytes in [bytes, Self.withChecksums(bytes)] {
                var budget: ArchiveBudget = ArchiveBudget(limits)
                var reader: TarReader<MemorySource> = TarReader(MemorySource(bytes))
                do {
                    let files: [ChartFile] = try ChartArchive.files(&reader, &budget)
                    try FuzzFailure.unless(
                        files.allSatisfy { !$0.path.pathParts.contains("..") && !$0.path.hasPrefix("/") },
                        "a path leads out")
                    try FuzzFailure.unless(
                        Set(files.map { $0.path.lowercased() }).count == files.count, "a path is twice")
                } catch is HelmError {}
                try FuzzFailure.unless(budget.bytes <= limits.totalBytes + 1 << 16, "too much was read")
            }
        }
    }

    @Test("Fuzz: a gzip is refused or read, within its limits")
    func fuzzGzip() throws {
        var limits: ArchiveLimits = ArchiveLimits()
        limits.totalBytes = 1 << 16
        try Fuzzer(seed: 2, iterations: 400).run(corpus: [Self.archive.bytes]) { bytes in
            var budget: ArchiveBudget = ArchiveBudget(limits)
            do { _ = try ChartArchive.files(in: bytes, &budget) } catch is HelmError {}
            try FuzzFailure.unless(budget.bytes <= limits.totalBytes + 1 << 16, "too much was read")
        }
    }

    private static func withChecksums(_ bytes: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = bytes
        for start in stride(from: 0, to: bytes.count - 511, by: 512)
        where bytes[(start + 257)..<(start + 262)].elementsEqual("ustar".utf8) {
            for place in (start + 148)..<(start + 156) { bytes[place] = 0x20 }
            let sum: Int = bytes[start..<(start + 512)].reduce(0) { $0 + Int($1) }
            let digits: [UInt8] = Array(String(sum, radix: 8).utf8)
            bytes.replaceSubrange(
                (start + 148)..<(start + 156), with: digits + Array(repeating: 0, count: 8 - digits.count))
        }
        return bytes
    }
}
