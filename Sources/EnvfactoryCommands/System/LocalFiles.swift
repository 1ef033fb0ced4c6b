import EnvironmentAPI
import Glibc
package import Kubernetes

/// The machine's own files.
package struct LocalFiles: FileSystem {
    /// No file that a command reads is larger in earnest.
    package static let limit = 16 << 20
    private static let ownerOnly: mode_t = 0o600

    private let random: any RandomSource

    package init(random: any RandomSource = SystemRandom()) { self.random = random }

    package func read(_ path: String) throws -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOENT || errno == ENOTDIR else {
                throw SystemError("read \(path.shownPath)", number: errno)
            }
            return nil
        }
        defer { close(descriptor) }
        return try FileReading.all(of: descriptor, path.shownPath, limit: Self.limit)
    }

    package func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    package func entries(of directory: String) throws -> [DirectoryEntry] {
        guard let stream = opendir(directory) else {
            throw SystemError("list \(directory.shownPath)", number: errno)
        }
        defer { closedir(stream) }
        var entries: [DirectoryEntry] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else { break }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            var status = stat()
            // A link that leads nowhere is neither a file nor a directory.
            let kind = stat("\(directory)/\(name)", &status) == 0 ? status.st_mode & S_IFMT : 0
            entries.append(DirectoryEntry(name: name, isDirectory: kind == S_IFDIR, isFile: kind == S_IFREG))
        }
        guard errno == 0 else { throw SystemError("list \(directory.shownPath)", number: errno) }
        return entries
    }

    package func canonicalPath(of path: String) throws -> String? {
        guard let resolved = realpath(path, nil) else {
            guard errno == ENOENT || errno == ENOTDIR else {
                throw SystemError("find \(path.shownPath)", number: errno)
            }
            return nil
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    package func replace(_ path: String, with bytes: [UInt8]) throws {
        try write(path, bytes, mode: Self.ownerOnly)
    }

    package func publish(_ path: String, _ bytes: [UInt8]) throws {
        try write(path, bytes, mode: 0o644)
    }

    private func write(_ path: String, _ bytes: [UInt8], mode: mode_t) throws {
        let path = try canonicalPath(of: path) ?? path
        let draft = "\(path).\(String(random.next(), radix: 16))"
        // Made anew for its owner alone, and never through a link that somebody has put there.
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, Self.ownerOnly)
        guard descriptor >= 0 else { throw SystemError("write \(path.shownPath)", number: errno) }
        do {
            try Self.fill(descriptor, with: bytes, mode: mode, path)
            guard rename(draft, path) == 0 else { throw SystemError("write \(path.shownPath)", number: errno) }
        } catch {
            unlink(draft)
            throw error
        }
    }

    private static func fill(_ descriptor: Int32, with bytes: [UInt8], mode: mode_t, _ path: String) throws {
        defer { close(descriptor) }
        // The umask may have taken from the owner's rights.
        guard fchmod(descriptor, mode) == 0 else { throw SystemError("write \(path.shownPath)", number: errno) }
        try write(bytes, to: descriptor, path)
        // Without this a crash of the machine could leave the new name with none of its content.
        guard fsync(descriptor) == 0 else { throw SystemError("write \(path.shownPath)", number: errno) }
    }

    package func append(_ bytes: [UInt8], to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, Self.ownerOnly)
        guard descriptor >= 0 else { throw SystemError("write \(path.shownPath)", number: errno) }
        defer { close(descriptor) }
        var status = stat()
        let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        do {
            try Self.write(bytes, to: descriptor, path)
        } catch {
            // The part that went in would be read as a line of its own.
            if isFile { ftruncate(descriptor, status.st_size) }
            throw error
        }
    }

    package func createDirectory(_ path: String) throws {
        guard !path.isEmpty, !isDirectory(path) else { return }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try createDirectory(String(path[..<slash]))
        }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw SystemError("make the directory \(path.shownPath)", number: errno)
        }
    }

    @discardableResult
    package func remove(_ path: String) throws -> Bool {
        if unlink(path) == 0 { return true }
        guard errno == ENOENT || errno == ENOTDIR else { throw SystemError("remove \(path.shownPath)", number: errno) }
        return false
    }

    package func createExclusively(_ path: String) throws -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, Self.ownerOnly)
        guard descriptor >= 0 else {
            guard errno == EEXIST else { throw SystemError("make \(path.shownPath)", number: errno) }
            return false
        }
        close(descriptor)
        return true
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else { throw SystemError("write \(path.shownPath)", number: errno) }
            rest = rest.dropFirst(max(count, 0))
        }
    }
}
