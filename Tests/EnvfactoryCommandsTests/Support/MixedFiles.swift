import EnvfactoryCommands

/// Files below one directory on disk, all others in memory.
struct MixedFiles: FileSystem {
    let disk: String
    let other: any FileSystem

    private func place(_ path: String) -> any FileSystem { path.hasPrefix(disk) ? LocalFiles() : other }

    func read(_ path: String) throws -> [UInt8]? { try place(path).read(path) }
    func entries(of directory: String) throws -> [DirectoryEntry] { try place(directory).entries(of: directory) }
    func isDirectory(_ path: String) -> Bool { place(path).isDirectory(path) }
    func canonicalPath(of path: String) throws -> String? { try place(path).canonicalPath(of: path) }
    func replace(_ path: String, with bytes: [UInt8]) throws { try place(path).replace(path, with: bytes) }
    func publish(_ path: String, _ bytes: [UInt8]) throws { try place(path).publish(path, bytes) }
    func append(_ bytes: [UInt8], to path: String) throws { try place(path).append(bytes, to: path) }
    func createDirectory(_ path: String) throws { try place(path).createDirectory(path) }
    func remove(_ path: String) throws -> Bool { try place(path).remove(path) }
    func createExclusively(_ path: String) throws -> Bool { try place(path).createExclusively(path) }
}
