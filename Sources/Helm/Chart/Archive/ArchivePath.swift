/// The name of an archive's entry: a top folder and a path within it that leads nowhere else.
struct ArchivePath {
    let folder: String
    /// Below the top folder; empty for the folder itself.
    let path: String

    init(_ name: String, limits: ArchiveLimits) throws(HelmError) {
        guard name.utf8.count <= limits.pathBytes else {
            throw HelmError("the archive has a path of more than \(limits.pathBytes) bytes: shorten it")
        }
        if name.utf8.first == UInt8(ascii: "/") {
            throw HelmError("\(name) is an absolute path: pack the chart's folder, with tar's -C")
        }
        if name.utf8.contains(UInt8(ascii: "\\")) {
            throw HelmError("\(name) has a backslash: divide folders by / and pack the chart again")
        }
        var parts: [String] = name.pathParts
        guard parts.count <= limits.pathFolders else {
            throw HelmError("the archive has a path of more than \(limits.pathFolders) folders: shorten it")
        }
        if parts.contains("..") { throw HelmError("\(name) leads out of the chart: pack the chart's folder itself") }
        guard let folder = parts.first, folder != "." else {
            throw HelmError("\(name) is in no folder: pack the chart's folder, not what is in it")
        }
        parts.removeAll { $0 == "." }
        guard !parts.contains(where: Self.isDrive) else {
            throw HelmError("\(name) names a drive: rename it and pack the chart again")
        }
        self.folder = folder
        path = parts.dropFirst().joined(separator: "/")
    }

    private static func isDrive(_ part: String) -> Bool {
        let bytes: [UInt8] = Array(part.utf8.prefix(2))
        guard bytes.count == 2, bytes[1] == UInt8(ascii: ":") else { return false }
        return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[0] | 0x20)
    }
}

/// The paths of an archive so far: none twice, and none that differ in case alone.
struct ArchivePaths {
    private struct Known {
        var path: String
        var isFolder: Bool
    }

    // Keys of one spelling for all that a file system may take for the same.
    private var known: [String: Known] = [:]

    /// Takes note of a path, and of the folders above it.
    mutating func insert(_ path: String, isFolder: Bool) throws(HelmError) {
        let parts: [String] = path.pathParts
        for count in parts.indices {
            try note(parts[...count].joined(separator: "/"), isFolder: isFolder || count < parts.count - 1)
        }
    }

    private mutating func note(_ path: String, isFolder: Bool) throws(HelmError) {
        let key: String = path.lowercased()
        guard let other = known[key] else {
            known[key] = Known(path: path, isFolder: isFolder)
            return
        }
        guard other.path.utf8.elementsEqual(path.utf8) else {
            throw HelmError("\(other.path) and \(path) differ in case alone: rename one of them")
        }
        guard isFolder, other.isFolder else {
            throw HelmError("\(path) is in the archive twice: pack the chart again")
        }
    }
}
