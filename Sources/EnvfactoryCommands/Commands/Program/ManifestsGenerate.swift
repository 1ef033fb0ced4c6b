import EnvironmentAPI

/// `envfactory generate`, for those who work on the project.
struct ManifestsGenerate: Command {
    static let description = CommandDescription(
        "generate",
        summary: "Write Manifests/ and Charts/ from what the program would install",
        why: "For those who work on the project: these files are made here and never edited by hand.",
        example: "envfactory generate",
        reachesCluster: false,
        isHidden: true
    )

    init(_ arguments: ParsedArguments) throws(UsageError) {}

    func run(_ context: CommandContext) async throws {
        for file in Manifests.files() + OperatorChart.filesFromRoot() {
            let path = context.absolute(file.path)
            if let slash = path.lastIndex(of: "/") { try context.files.createDirectory(String(path[..<slash])) }
            try context.files.publish(path, Array(file.text.utf8))
        }
    }
}
