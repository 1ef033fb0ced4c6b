import EnvfactoryCommands
import Synchronization

/// Files in memory; directories are whatever stands before a file's last slash.
final class MemoryFiles: FileSystem {
    private let contents: Mutex<[String: [UInt8]]>
    private let directories: Mutex<Set<String>>

    init(_ texts: [String: String] = [:], directories: Set<String> = []) {
        contents = Mutex(texts.mapValues { Array($0.utf8) })
        self.directories = Mutex(directories)
    }

    subscript(path: String) -> String? {
        contents.withLock { $0[path] }.map { String(decoding: $0, as: UTF8.self) }
    }

    var paths: [String] { contents.withLock { $0.keys.sorted() } }

    func read(_ path: String) -> [UInt8]? { contents.withLock { $0[path] } }

    func isDirectory(_ path: String) -> Bool {
        directories.withLock { $0.contains(path) }
            || contents.withLock { $0.keys.contains { $0.hasPrefix("\(path)/") } }
    }

    func entries(of directory: String) -> [DirectoryEntry] {
        let below = paths.filter { $0.hasPrefix("\(directory)/") }.map { $0.dropFirst(directory.count + 1) }
        let names = Set(below.compactMap { $0.split(separator: "/").first.map(String.init) })
        return names.sorted().map { name in
            DirectoryEntry(
                name: name, isDirectory: isDirectory("\(directory)/\(name)"),
                isFile: read("\(directory)/\(name)") != nil)
        }
    }

    func canonicalPath(of path: String) -> String? { isDirectory(path) || read(path) != nil ? path : nil }

    func replace(_ path: String, with bytes: [UInt8]) { contents.withLock { $0[path] = bytes } }

    func publish(_ path: String, _ bytes: [UInt8]) { replace(path, with: bytes) }

    func append(_ bytes: [UInt8], to path: String) { contents.withLock { $0[path, default: []] += bytes } }

    func createDirectory(_ path: String) { directories.withLock { _ = $0.insert(path) } }

    func remove(_ path: String) -> Bool { contents.withLock { $0.removeValue(forKey: path) } != nil }

    func createExclusively(_ path: String) -> Bool {
        contents.withLock { contents in
            guard contents[path] == nil else { return false }
            contents[path] = []
            return true
        }
    }
}
