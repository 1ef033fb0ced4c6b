@testable import Helm

/// Archives that a well-behaved tool would not write.
struct ArchiveBuilder {
    private var writer: TarWriter = TarWriter()

    /// Adds an entry of a kind, whose header may claim another size.
    func adding(
        _ path: String, _ content: String = "", type: Character = "0", size: Int? = nil
    ) -> ArchiveBuilder {
        var copy: ArchiveBuilder = self
        copy.writer.write(
            header: Array(path.utf8), type: type.asciiValue ?? 0, Array(content.utf8), size: size)
        return copy
    }

    /// Adds a pax header for the entry that follows.
    func pax(_ key: String, _ value: String, type: Character = "x") -> ArchiveBuilder {
        adding("pax", String(decoding: TarWriter.record(Array("\(key)=\(value)".utf8)), as: UTF8.self), type: type)
    }

    var tar: [UInt8] {
        let writer: TarWriter = writer
        return writer.finish()
    }

    var bytes: [UInt8] { ChartArchive.gzip(tar) }

    func files(limits: ArchiveLimits = ArchiveLimits()) throws -> [ChartFile] {
        try ChartArchive.files(in: bytes, limits: limits)
    }

    /// What the archive is refused with; empty where it is not.
    func problem(limits: ArchiveLimits = ArchiveLimits()) -> String {
        do {
            _ = try files(limits: limits)
            return ""
        } catch { return "\(error)" }
    }
}

/// An archive of texts in the folder `app`.
func archive(_ files: [(String, String)]) -> [UInt8] {
    ChartArchive.pack(files.map { ChartFile(path: $0.0, bytes: Array($0.1.utf8)) }, folder: "app")
}
