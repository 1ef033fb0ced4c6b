import Formats

@testable import Helm

/// A chart in memory: paths and texts, and folders where a test wants them.
struct MemoryFolder: ChartFolder {
    var files: [String: String] = [:]
    var kinds: [String: ChartFolderEntry.Kind] = [:]

    func entries(of folder: String) -> [ChartFolderEntry] {
        let prefix: String = folder.isEmpty ? "" : "\(folder)/"
        var kinds: [String: ChartFolderEntry.Kind] = [:]
        for path in files.keys where path.hasPrefix(prefix) {
            let rest: String = String(path.dropFirst(prefix.count))
            kinds[rest.pathParts[0]] = rest.pathParts.count > 1 ? .folder : self.kinds[path] ?? .file
        }
        return kinds.map { ChartFolderEntry(name: $0.key, kind: $0.value) }
    }

    func read(_ path: String) -> [UInt8] { Array((files[path] ?? "").utf8) }
}

/// A chart of texts by path, with a `Chart.yaml` of its own unless there is one.
func chart(_ files: [String: String], name: String = "app") throws -> Chart {
    var files: [String: String] = files
    files["Chart.yaml"] = files["Chart.yaml"] ?? "apiVersion: v2\nname: \(name)\nversion: 1.0.0\n"
    return try Chart(folder: MemoryFolder(files: files))
}

/// The object that a YAML text stands for, with numbers as Helm reads them.
func values(_ text: String) throws -> JSONObject { try JSONObject(values: Array(text.utf8)) }

/// What a call is refused with; empty where it is not.
func problem(_ body: () throws -> Void) -> String {
    do {
        try body()
        return ""
    } catch { return "\(error)" }
}
