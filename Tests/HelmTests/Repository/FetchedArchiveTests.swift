import Testing

@testable import Helm

/// What archives of charts may try, by way of a repository: nothing is used, and nothing gets into the cache.
@Suite("Fetched archives") struct FetchedArchiveTests {
    private static let whole: [UInt8] = TestChart.archive()
    private static let description: String = "apiVersion: v2\nname: app\nversion: 1.2.0\n"
    private static let descriptionFile: ChartFile = ChartFile(path: "Chart.yaml", bytes: Array(description.utf8))

    private static func tar(_ path: String, type: Character = "0") -> [UInt8] {
        ArchiveBuilder().adding("app/Chart.yaml", description).adding(path, "x", type: type).bytes
    }

    private func expectRefused(
        _ archive: [UInt8], _ message: String, limits: ChartFetchLimits = ChartFetchLimits()
    ) async throws {
        let cache: MemoryCache = MemoryCache()
        let error: ChartFetchError? = try await fetchError {
            _ = try await ChartFetcher(
                transport: try TestChart.served(archive), cache: ChartCache(cache) { _ in }, limits: limits
            ).chart(TestChart.reference(), credentials: nil)
        }
        #expect(error?.code == .invalid && error?.message.contains(message) == true, "\(error?.message ?? "accepted")")
        #expect(cache.names.isEmpty)
    }

    @Test(
        "D16: refuses an archive that is damaged, incomplete, empty or without a Chart.yaml",
        arguments: [
            ([], "no packed chart"), (Array(whole.prefix(whole.count / 2)), "ends too early"),
            (Array(whole.dropLast(4)), "ends too early"), (Array(whole.prefix(40)) + [0xFF, 0xFF, 0xFF], "archive"),
            (ChartArchive.gzip([]), "archive"), (ArchiveBuilder().bytes, "no files"),
            (archive([("values.yaml", "a: 1")]), "no Chart.yaml"), (Array("apiVersion: v1".utf8), "no packed chart"),
            (archive([("Chart.yaml", "")]), "no name"),
        ] as [([UInt8], String)])
    func damaged(archive: [UInt8], message: String) async throws {
        try await expectRefused(archive, message)
    }

    @Test("D16: reads a Chart.yaml that begins with a byte order mark")
    func byteOrderMark() async throws {
        let marked: [UInt8] = archive([("Chart.yaml", "\u{FEFF}\(Self.description)")])
        let chart: FetchedChart = try await ChartFetcher(transport: try TestChart.served(marked))
            .chart(TestChart.reference(), credentials: nil)
        #expect(chart.chart.name == "app")
    }

    @Test(
        "D17: refuses an archive whose paths lead out of it",
        arguments: ["../x", "app/../../x", "/etc/x", "app\\x", "app/C:/x", "a/../../b"])
    func zipSlip(path: String) async throws {
        try await expectRefused(Self.tar(path), "the archive of app cannot be used")
    }

    @Test("D17: refuses a chart whose name leads out of a folder", arguments: [".", "..", "../app", "a/b"])
    func names(name: String) async throws {
        try await expectRefused(
            archive([("Chart.yaml", "apiVersion: v2\nname: \"\(name)\"\nversion: 1.2.0\n")]), "no name of a folder")
    }

    @Test("D18: refuses links, devices and pipes in an archive", arguments: ["1", "2", "3", "4", "6"] as [Character])
    func kinds(type: Character) async throws {
        try await expectRefused(Self.tar("app/x", type: type), "app/x")
    }

    @Test(
        "D18: refuses one path twice in an archive",
        arguments: ["app/Chart.yaml", "app/chart.yaml", "app/Chart.yaml/x"])
    func duplicates(path: String) async throws {
        try await expectRefused(Self.tar(path), path.hasSuffix("chart.yaml") ? "case alone" : "twice")
    }

    @Test("D19: stops a bomb within a twentieth of the limit, however it is packed")
    func bombs() async throws {
        var limits: ChartFetchLimits = ChartFetchLimits()
        (limits.archive.totalBytes, limits.archive.fileBytes, limits.archive.entries) = (1 << 20, 256 << 10, 50)
        let zeros: String = String(repeating: "\0", count: 225 << 10)
        var total: ArchiveBuilder = ArchiveBuilder().adding("app/Chart.yaml", Self.description)
        for number in 0..<8 { total = total.adding("app/\(number)", zeros) }
        let parts: [ChartFile] = ["a", "b", "c"].map { ChartFile(path: $0, bytes: Array(zeros.utf8)) }
        let name: ChartFile = ChartFile(path: "Chart.yaml", bytes: Array("name: part\nversion: 1.0.0\n".utf8))
        let inner: [UInt8] = ChartArchive.pack(parts + [name], folder: "part")
        let nested: [ChartFile] = (0..<4).map { ChartFile(path: "charts/\($0).tgz", bytes: inner) }
        var many: ArchiveBuilder = ArchiveBuilder().adding("app/Chart.yaml", Self.description)
        for number in 0..<60 { many = many.adding("app/\(number)") }
        let tail: [UInt8] = ChartArchive.gzip(
            ArchiveBuilder().adding("app/Chart.yaml", Self.description).tar + Array(repeating: 0, count: 4 << 20))
        for (bomb, message) in [
            (total.bytes, "unpacked"), (many.bytes, "more than 50 files"), (tail, "unpacked"),
            (Self.tar("app/x", content: 300 << 10), "larger than 262144 bytes"),
            (ArchiveBuilder().adding("app/x", "x", size: 1 << 32).bytes, "larger than"),
            (ArchiveBuilder().pax("GNU.sparse.major", "1").adding("app/x").bytes, "sparse"),
        ] {
            try await expectRefused(bomb, message, limits: limits)
            var budget: ArchiveBudget = ArchiveBudget(limits.archive)
            #expect(throws: HelmError.self) { _ = try ChartArchive.files(in: bomb, &budget) }
            #expect(budget.bytes <= (1 << 20) + (1 << 20) / 20)
        }
        // Each of these is within the limits, and all of them together are not.
        #expect(try ChartArchive.files(in: inner, limits: limits.archive).count == 4)
        let packed: [UInt8] = ChartArchive.pack([Self.descriptionFile] + nested, folder: "app")
        try await expectRefused(packed, "unpacked", limits: limits)
    }

    private static func tar(_ path: String, content count: Int) -> [UInt8] {
        ArchiveBuilder().adding("app/Chart.yaml", description)
            .adding(path, String(repeating: "\0", count: count)).bytes
    }
}
