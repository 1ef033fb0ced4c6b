import EnvironmentAPI
import Synchronization

/// The files that the demo's commands see: those of `examples/` that are in the program, and what they write.
///
/// All of it is memory, so that nothing of it can be left behind on the machine.
final class DemoFiles: FileSystem {
    /// Where the commands are.
    static let directory = "/demo"

    private let contents: Mutex<[String: [UInt8]]>

    init(_ texts: [(path: String, text: String)] = DemoExamples.files) {
        contents = Mutex(
            Dictionary(texts.map { ("\(Self.directory)/\($0.path)", Array($0.text.utf8)) }) { first, _ in first })
    }

    /// A file in ``directory``.
    func text(of path: String) throws -> String {
        guard let bytes = read("\(Self.directory)/\(path)") else {
            throw CommandFailure(.internalError, "the program has no file \(path.shown)")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    func write(_ path: String, _ text: String) { replace("\(Self.directory)/\(path)", with: Array(text.utf8)) }

    func read(_ path: String) -> [UInt8]? { contents.withLock { $0[path] } }
    func isDirectory(_ path: String) -> Bool { path == Self.directory }
    func entries(of directory: String) -> [DirectoryEntry] { [] }
    func canonicalPath(of path: String) -> String? { read(path) == nil ? nil : path }
    func replace(_ path: String, with bytes: [UInt8]) { contents.withLock { $0[path] = bytes } }
    func publish(_ path: String, _ bytes: [UInt8]) { replace(path, with: bytes) }
    func append(_ bytes: [UInt8], to path: String) { contents.withLock { $0[path, default: []] += bytes } }
    func createDirectory(_ path: String) {}

    func remove(_ path: String) -> Bool { contents.withLock { $0.removeValue(forKey: path) } != nil }

    func createExclusively(_ path: String) -> Bool {
        contents.withLock { contents in
            guard contents[path] == nil else { return false }
            contents[path] = []
            return true
        }
    }
}
