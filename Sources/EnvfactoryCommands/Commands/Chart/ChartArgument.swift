import EnvironmentAPI
import Helm

/// Which chart a command is about: a folder, a packed file, or one of a repository.
struct ChartArgument: Sendable {
    static let chart = Positional("chart", "A chart's folder or packed file, or with --repo its name.")
    static let repository = Valued<String>("repo", "url", "The chart repository to fetch it from.")
    static let version = Valued<String>(
        "version", "range", "Which version to fetch; the newest release unless given.")
    static let digest = Valued<String>("digest", "digest", "The digest that the archive must have: sha256:….")
    static let username = Valued<String>("username", "name", "Whom to log in to the repository as.")
    static let passwordFile = Valued<String>(
        "password-file", "file", "The file with the password, - for standard input.")
    static let authorityFile = Valued<String>(
        "ca-file", "file", "Whom to trust as the repository, in place of the system's authorities.")
    static let options: [any CommandOption] = [repository, version, digest, username, passwordFile, authorityFile]

    let name: String
    private let repository: String?
    private let version: String?
    private let digest: String?
    private let username: String?
    private let passwordFile: String?
    private let authorityFile: String?

    init(_ arguments: ParsedArguments) throws(UsageError) {
        name = try arguments.required(Self.chart)
        repository = arguments[Self.repository]
        version = arguments[Self.version]
        digest = arguments[Self.digest]
        username = arguments[Self.username]
        passwordFile = arguments[Self.passwordFile]
        authorityFile = arguments[Self.authorityFile]
        var problems: [String] = []
        let needsRepository: [any CommandOption] = Self.options.filter { arguments.has($0) }
        if repository == nil, let option = needsRepository.first {
            problems.append("--\(option.name) is about a chart that is fetched: give its --repo as well")
        }
        if arguments.has(Self.username) != arguments.has(Self.passwordFile) {
            problems.append("--username and --password-file go together: give both, or none")
        }
        if repository == nil, name.contains("://") {
            problems.append("\(name.shown) is a URL: give the repository with --repo, and the chart's name")
        }
        guard problems.isEmpty else { throw UsageError(problems) }
    }

    /// The packed chart in its repository; `nil` where it is a local one.
    func fetch(_ context: CommandContext) async throws -> FetchedArchive? {
        guard let repository else { return nil }
        let reference = ChartReference(repository: repository, name: name, version: version ?? "", digest: digest)
        let authorities = try authorityFile.map { try context.input($0) }
        let fetcher = ChartFetcher(transport: try context.surroundings.repositories(authorities))
        return try await fetcher.archive(reference, credentials: try credentials(context))
    }

    private func credentials(_ context: CommandContext) throws -> ChartCredentials? {
        guard let username, let passwordFile else { return nil }
        var password = try context.input(passwordFile)[...]
        while let last = password.last, last == 0x0A || last == 0x0D { password.removeLast() }
        let values = ["username": Array(username.utf8), "password": Array(password)]
        return try ChartCredentials { values[$0] }
    }

    /// The chart, wherever it is.
    func chart(_ context: CommandContext) async throws -> Chart {
        if let fetched = try await fetch(context) { return fetched.chart.chart }
        let path = context.absolute(name)
        if context.files.isDirectory(path) {
            return try Chart(folder: LocalChartFolder(files: context.files, path: path))
        }
        return try Chart(archive: try packed(path, context))
    }

    /// The files of the chart as they were written; of a folder only those that are right in it.
    ///
    /// - Throws: also where they are no chart.
    func files(_ context: CommandContext) async throws -> [ChartFile] {
        let path = context.absolute(name)
        if let fetched = try await fetch(context) { return try ChartArchive.files(in: fetched.bytes) }
        guard context.files.isDirectory(path) else {
            let files = try ChartArchive.files(in: try packed(path, context))
            _ = try Chart(files: files)
            return files
        }
        _ = try Chart(folder: LocalChartFolder(files: context.files, path: path))
        return try context.files.entries(of: path).filter(\.isFile).compactMap { entry in
            try context.files.read("\(path)/\(entry.name)").map { ChartFile(path: entry.name, bytes: $0) }
        }
    }

    private func packed(_ path: String, _ context: CommandContext) throws -> [UInt8] {
        guard let bytes = try context.files.read(path) else {
            throw CommandFailure(
                .notFound,
                "there is no chart at \(name.shown): name a folder or a packed chart, or give the --repo that has it")
        }
        return bytes
    }
}

/// A chart's folder among the files that commands read.
private struct LocalChartFolder: ChartFolder {
    let files: any FileSystem
    let path: String

    func entries(of folder: String) throws -> [ChartFolderEntry] {
        try files.entries(of: folder.isEmpty ? path : "\(path)/\(folder)").map { entry in
            ChartFolderEntry(name: entry.name, kind: entry.isDirectory ? .folder : entry.isFile ? .file : .other)
        }
    }

    func read(_ file: String) throws -> [UInt8] { try files.read("\(path)/\(file)") ?? [] }
}
