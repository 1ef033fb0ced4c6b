import Glibc
import Kubernetes
import Testing

@testable import EnvfactoryCommands

@Suite("Files on disk")
struct LocalFilesTests {
    private let files = LocalFiles()

    @Test("are written for their owner alone, whatever was there")
    func mode() throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/config"
        try files.replace(path, with: [1])
        #expect(directory.mode(of: "config") == 0o600)
        chmod(path, 0o644)
        try files.replace(path, with: [2])
        #expect(directory.mode(of: "config") == 0o600)
        #expect(try files.read(path) == [2])
        #expect(directory.names == ["config"])
    }

    @Test("are never seen half written or readable by others while they are replaced")
    func atomicity() async throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/config"
        let size = 1 << 20
        try files.replace(path, with: Array(repeating: 0, count: size))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for round in 1...40 {
                    try LocalFiles().replace(path, with: Array(repeating: UInt8(round), count: size))
                }
            }
            for _ in 0..<400 {
                for name in directory.names { #expect(directory.mode(of: name) & 0o077 == 0) }
                let bytes = try #require(try files.read(path))
                #expect(bytes.count == size && bytes.first == bytes.last)
            }
            try await group.waitForAll()
        }
        #expect(directory.names == ["config"])
    }

    @Test("leave the file as it was, and nothing beside it, where they cannot be written")
    func failure() throws {
        let directory = try TemporaryDirectory()
        try files.createDirectory("\(directory.path)/a/b")
        #expect(directory.mode(of: "a/b") == 0o700)
        #expect(throws: SystemError.self) { try files.replace("\(directory.path)/a", with: [1]) }
        #expect(throws: SystemError.self) { try files.replace("\(directory.path)/missing/config", with: [1]) }
        #expect(directory.names == ["a"])
    }

    @Test("are named whole where they cannot be written, however long their path is")
    func names() throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/missing/\(String(repeating: "long-", count: 40))name"
        let error = #expect(throws: SystemError.self) { try files.replace(path, with: [1]) }
        #expect(error?.description == "cannot write \(path): No such file or directory")
        #expect(error?.hints == ["see whether its directory is there, and make it"])
    }

    @Test("are replaced where a link leads, and the link stays")
    func links() throws {
        let directory = try TemporaryDirectory()
        try files.replace("\(directory.path)/real", with: [1])
        symlink("\(directory.path)/real", "\(directory.path)/link")
        try files.replace("\(directory.path)/link", with: [2])
        #expect(try files.read("\(directory.path)/real") == [2])
        #expect(directory.names == ["link", "real"])
        var status = stat()
        lstat("\(directory.path)/link", &status)
        #expect(status.st_mode & S_IFMT == S_IFLNK)
    }

    @Test("are appended to, removed, made once, and absent")
    func others() throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/env"
        try files.append([1], to: path)
        try files.append([2], to: path)
        #expect(try files.read(path) == [1, 2])
        #expect(try !files.createExclusively(path))
        #expect(try files.remove(path))
        #expect(try !files.remove(path))
        #expect(try files.read(path) == nil)
        #expect(try files.read("\(path)/below") == nil)
        #expect(try files.createExclusively(path))
        #expect(try files.canonicalPath(of: "\(directory.path)/./env") == path)
        #expect(try files.canonicalPath(of: "\(directory.path)/none") == nil)
        #expect(throws: SystemError.self) { try files.read(directory.path) }
    }
}
