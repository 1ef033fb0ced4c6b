import CurlTransport
import Glibc
package import Helm
package import Kubernetes

/// A directory on disk with the archives of charts; it is made when the first one is written.
package struct LocalChartCache: ChartCacheDirectory {
    /// No archive that is worth keeping is larger.
    private static let fileLimit = 64 << 20

    private let path: String
    private let disk: LocalFiles

    package init(_ path: String, random: any RandomSource = SystemRandom()) {
        self.path = path
        disk = LocalFiles(random: random)
    }

    package func files() throws -> [ChartCacheFile] {
        guard disk.isDirectory(path) else { return [] }
        return try disk.entries(of: path).filter(\.isFile).compactMap { entry in
            // Another process may have removed it meanwhile.
            guard let stamp = FileStamp(of: place(entry.name)) else { return nil }
            return ChartCacheFile(name: entry.name, byteCount: stamp.size, lastUse: stamp.modified)
        }
    }

    package func read(_ name: String) throws -> [UInt8]? {
        let descriptor = open(place(name), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { throw SystemError("read \(place(name))", number: errno) }
            return nil
        }
        defer { close(descriptor) }
        return try FileReading.all(of: descriptor, place(name), limit: Self.fileLimit)
    }

    package func write(_ name: String, _ bytes: [UInt8]) throws {
        try disk.createDirectory(path)
        try disk.replace(place(name), with: bytes)
    }

    package func touch(_ name: String) throws {
        guard utimensat(AT_FDCWD, place(name), nil, 0) == 0 || errno == ENOENT else {
            throw SystemError("touch \(place(name))", number: errno)
        }
    }

    package func remove(_ name: String) throws { _ = try disk.remove(place(name)) }

    private func place(_ name: String) -> String { "\(path)/\(name)" }
}
