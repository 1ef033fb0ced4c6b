/// A git checkout, read from its files alone: no program is run, which another's checkout could choose.
struct WorkTree: Sendable, Hashable {
    /// The directory that holds `.git`, without links.
    var path: String
    /// Of the remote `origin`, else of the first remote.
    var remoteURL: String?
    /// `nil` where no branch is checked out.
    var branch: String?
    var commit: String?
}

extension WorkTree {
    /// The work tree that a directory lies in; `nil` where there is none.
    init?(around directory: String, _ files: any FileSystem) throws {
        guard let start = try files.canonicalPath(of: directory) else { return nil }
        var path = start[...]
        while true {
            if let repository = try Repository(at: String(path), files) {
                self.init(path: path.isEmpty ? "/" : String(path), repository)
                return
            }
            guard let slash = path.lastIndex(of: "/") else { return nil }
            path = path[..<slash]
        }
    }

    private init(path: String, _ repository: Repository) {
        self.path = path
        remoteURL = repository.remoteURL
        branch = repository.branch
        commit = repository.commit
    }
}

/// What the files of a repository say.
private struct Repository {
    var remoteURL: String?
    var branch: String?
    var commit: String?

    init?(at path: String, _ files: any FileSystem) throws {
        guard let directory = try Self.directory(of: path, files) else { return nil }
        func text(_ file: String) throws -> String? {
            try files.read(file).map { String(decoding: $0, as: UTF8.self) }
        }
        guard let head = try text("\(directory)/HEAD")?.trimmed else { return nil }
        // A linked work tree has a HEAD of its own, and shares the rest.
        let common = try text("\(directory)/commondir").map { Self.resolve($0.trimmed, in: directory) } ?? directory
        remoteURL = try text("\(common)/config").flatMap { GitConfiguration($0).remoteURL }
        guard head.hasPrefix("ref: ") else {
            commit = Self.commit(head)
            return
        }
        let reference = String(head.dropFirst(5))
        if reference.hasPrefix("refs/heads/") { branch = String(reference.dropFirst(11)) }
        commit = try text("\(common)/\(reference)").flatMap { Self.commit($0.trimmed) }
        if commit == nil { commit = try text("\(common)/packed-refs").flatMap { Self.packed(reference, in: $0) } }
    }

    /// `.git` is the repository, or in a linked work tree and a submodule a file that says where it is.
    private static func directory(of path: String, _ files: any FileSystem) throws -> String? {
        let place = "\(path)/.git"
        if files.isDirectory(place) { return place }
        guard let bytes = try files.read(place) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self).trimmed
        guard text.hasPrefix("gitdir: ") else { return nil }
        return resolve(String(text.dropFirst(8)), in: path)
    }

    private static func resolve(_ path: String, in directory: String) -> String {
        path.hasPrefix("/") ? path : "\(directory)/\(path)"
    }

    private static func commit(_ text: String) -> String? {
        let isHash = (40...64).contains(text.utf8.count) && text.allSatisfy { $0.isASCII && $0.isHexDigit }
        return isHash ? text.lowercased() : nil
    }

    /// Lines of a hash and a reference.
    private static func packed(_ reference: String, in text: String) -> String? {
        for line in text.split(separator: "\n") where line.hasSuffix(" \(reference)") {
            return commit(String(line.prefix { $0 != " " }))
        }
        return nil
    }
}

extension String {
    /// Without spaces and line ends around it.
    fileprivate var trimmed: String {
        let start = drop { $0.isWhitespace }
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...end])
    }
}
