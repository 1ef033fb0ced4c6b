import Glibc

/// The file that holds the input under test, so that a trap or a hang leaves it behind.
///
/// It is written before each call and removed when all went well; what a crash left is tried first
/// by the next run. Writing costs about a microsecond: nothing is flushed, since only the process
/// dies, not the machine.
struct FuzzRecord {
    let path: String
    private let descriptor: Int32

    init(name: String) throws {
        let directory: String = "\(Self.packageRoot)/.build/fuzz"
        mkdir("\(Self.packageRoot)/.build", 0o755)
        mkdir(directory, 0o755)
        path = "\(directory)/\(name).input"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FuzzFailure("cannot write \(path): errno \(errno); free or permit it") }
    }

    /// Folders up from this file: Fuzzing, TestSupport, Tests, the package.
    private static var packageRoot: String {
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/")
    }

    /// What an earlier run left when it crashed; `nil` where it ended well.
    func leftover() -> [UInt8]? {
        let size: off_t = lseek(descriptor, 0, SEEK_END)
        guard size > 0 else { return nil }
        var bytes: [UInt8] = Array(repeating: 0, count: size)
        let count: Int = pread(descriptor, &bytes, bytes.count, 0)
        return Array(bytes.prefix(max(0, count)))
    }

    func write(_ input: [UInt8]) {
        _ = pwrite(descriptor, input, input.count, 0)
        ftruncate(descriptor, input.count)
    }

    func remove() { unlink(path) }

    func close() { _ = Glibc.close(descriptor) }
}
