/// A folder with a chart, wherever it is; paths are relative to it and divided by `/`.
package protocol ChartFolder: Sendable {
    /// What is in a folder, in any order; the chart's own folder is the empty path.
    func entries(of folder: String) throws -> [ChartFolderEntry]
    func read(_ path: String) throws -> [UInt8]
}

package struct ChartFolderEntry: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case file
        case folder
        /// A device, a pipe, or a link that is not followed.
        case other
    }

    package var name: String
    package var kind: Kind

    package init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }
}

/// Reads a folder's files in the order of their names, without those that `.helmignore` leaves out.
struct ChartFolderReader {
    let folder: any ChartFolder
    let rules: IgnoreRules
    var budget: ArchiveBudget
    private(set) var files: [ChartFile] = []

    init(_ folder: any ChartFolder, limits: ArchiveLimits) throws {
        self.folder = folder
        budget = ArchiveBudget(limits)
        let hasRules: Bool = try folder.entries(of: "").contains { $0.name == ".helmignore" && $0.kind == .file }
        rules = try IgnoreRules(hasRules ? try folder.read(".helmignore") : [])
    }

    mutating func read(_ path: String = "", depth: Int = 0) throws {
        guard depth <= budget.limits.pathFolders else {
            throw HelmError("\(path) is more than \(budget.limits.pathFolders) folders deep: flatten the chart")
        }
        let entries: [ChartFolderEntry] = try folder.entries(of: path).sorted {
            $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
        for entry in entries {
            let place: String = path.isEmpty ? entry.name : "\(path)/\(entry.name)"
            if rules.leavesOut(place, isFolder: entry.kind == .folder) { continue }
            try budget.countEntry()
            switch entry.kind {
            case .folder: try read(place, depth: depth + 1)
            case .other: throw HelmError("\(place) is neither a file nor a folder: remove it from the chart")
            case .file:
                let bytes: [UInt8] = try folder.read(place)
                try budget.check(fileSize: bytes.count, of: place)
                try budget.count(bytes: bytes.count)
                files.append(ChartFile(path: place, bytes: bytes.withoutByteOrderMark))
            }
        }
    }
}
