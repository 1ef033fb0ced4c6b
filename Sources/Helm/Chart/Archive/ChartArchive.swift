/// A packed chart: the files of one folder in a gzipped tar archive.
package enum ChartArchive {
    /// The files of an archive, in its order, with paths below its one top folder.
    ///
    /// - Throws: where anything but plain files is in it, a path leads out of it, or a limit is reached.
    package static func files(in bytes: [UInt8], limits: ArchiveLimits = ArchiveLimits()) throws(HelmError)
        -> [ChartFile]
    {
        var budget: ArchiveBudget = ArchiveBudget(limits)
        return try files(in: bytes, &budget)
    }

    static func files(in bytes: [UInt8], _ budget: inout ArchiveBudget) throws(HelmError) -> [ChartFile] {
        guard GzipSource.isGzip(bytes) else {
            throw HelmError("this is no packed chart, which begins as gzip does: pack the chart with \"helm package\"")
        }
        var reader: TarReader<GzipSource> = TarReader(try GzipSource(bytes))
        return try files(&reader, &budget)
    }

    static func files<Source: ByteSource & ~Copyable>(
        _ reader: inout TarReader<Source>, _ budget: inout ArchiveBudget
    ) throws(HelmError) -> [ChartFile] {
        var files: [ChartFile] = []
        var paths: ArchivePaths = ArchivePaths()
        var folder: String?
        while let entry = try reader.next(&budget) {
            let place: ArchivePath = try ArchivePath(entry.path, limits: budget.limits)
            if let folder, folder != place.folder {
                throw HelmError("\(entry.path) is outside of the folder \(folder): pack the chart's folder alone")
            }
            folder = place.folder
            if !entry.isFolder, place.path.isEmpty {
                throw HelmError("\(entry.path) is in no folder: pack the chart's folder, not what is in it")
            }
            try paths.insert(place.path, isFolder: entry.isFolder)
            if entry.isFolder { continue }
            files.append(ChartFile(path: place.path, bytes: entry.bytes.withoutByteOrderMark))
        }
        guard !files.isEmpty else { throw HelmError("the archive holds no files: pack the chart again") }
        return files
    }
}

extension [UInt8] {
    /// The bytes without the mark that some editors put at the beginning of UTF-8.
    var withoutByteOrderMark: [UInt8] { starts(with: [0xEF, 0xBB, 0xBF]) ? Array(dropFirst(3)) : self }
}
