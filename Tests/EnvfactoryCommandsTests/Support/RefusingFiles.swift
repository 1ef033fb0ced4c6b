import Glibc

@testable import EnvfactoryCommands

/// Files that can be read, on a disk that takes nothing more.
struct RefusingFiles: FileSystem {
    let files: MemoryFiles
    /// The system's number for why.
    let number: Int32

    private func refusal(_ path: String) -> SystemError { SystemError("write \(path)", number: number) }

    func read(_ path: String) -> [UInt8]? { files.read(path) }
    func isDirectory(_ path: String) -> Bool { files.isDirectory(path) }
    func entries(of directory: String) -> [DirectoryEntry] { files.entries(of: directory) }
    func canonicalPath(of path: String) -> String? { files.canonicalPath(of: path) }
    func replace(_ path: String, with bytes: [UInt8]) throws { throw refusal(path) }
    func publish(_ path: String, _ bytes: [UInt8]) throws { throw refusal(path) }
    func append(_ bytes: [UInt8], to path: String) throws { throw refusal(path) }
    func createDirectory(_ path: String) throws { guard isDirectory(path) else { throw refusal(path) } }
    func remove(_ path: String) -> Bool { files.remove(path) }

    /// A full disk still has room for a name.
    func createExclusively(_ path: String) throws -> Bool {
        guard number == ENOSPC else { throw refusal(path) }
        return files.createExclusively(path)
    }
}
