import Glibc

/// A directory that is gone when the test is.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/envfactory-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw LoopbackError(what: "mkdtemp") }
        path = String(cString: made)
    }

    deinit {
        if let directory = opendir(path) {
            while let entry = readdir(directory) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                unlink("\(path)/\(name)")
            }
            closedir(directory)
        }
        rmdir(path)
    }

    /// Writes a file beside and moves it into place, as the kubelet and careful programs do.
    @discardableResult
    func write(_ text: String, to name: String, mode: mode_t = 0o600) throws -> String {
        let file = open("\(path)/.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard file >= 0 else { throw LoopbackError(what: "open") }
        let bytes = Array(text.utf8)
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else { throw LoopbackError(what: "write") }
        close(file)
        if mode & S_IXUSR != 0 { Self.waitUntilUnwritten("\(path)/.new") }
        guard rename("\(path)/.new", "\(path)/\(name)") == 0 else { throw LoopbackError(what: "rename") }
        return "\(path)/\(name)"
    }

    /// Waits until nobody has the file open for writing.
    ///
    /// A program that another test starts at this very moment has a copy of our descriptor until its `exec`; a file
    /// that is open for writing cannot be run. A lease to read is granted only without writers.
    private static func waitUntilUnwritten(_ path: String) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        for _ in 0..<1_000 {
            guard fcntl(file, setLease, Int32(F_RDLCK)) != 0, errno == EAGAIN else { return }
            usleep(1_000)
        }
    }

    /// glibc shows `F_SETLEASE` only to programs that define `_GNU_SOURCE`.
    private static let setLease: Int32 = 1024

    func read(_ name: String) -> String? {
        let file = open("\(path)/\(name)", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = Glibc.read(file, &bytes, 1 << 16)
        return String(decoding: bytes[..<max(count, 0)], as: UTF8.self)
    }
}
