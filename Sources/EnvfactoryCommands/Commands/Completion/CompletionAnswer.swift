import ControllerRuntime
import EnvironmentAPI
import Kubernetes

/// `envfactory __complete`: what the completion scripts ask.
struct CompletionAnswer: Command {
    private static let words = Positional(
        "words", isRequired: false, isRepeated: true, isFree: true,
        "The words after the program's name, the last one unfinished.")

    static let description = CommandDescription(
        "__complete",
        summary: "Print what may come next on a command line",
        why: """
            The scripts of 'envfactory completion' call it. A line is a word, a tab and its help; the last one is :0 \
            where files may come as well, else :4, as other command lines answer.
            """,
        positionals: [words],
        example: "envfactory __complete -- get pr",
        isHidden: true
    )

    private let words: [String]

    init(_ arguments: ParsedArguments) throws(UsageError) { words = arguments.all(Self.words) }

    func run(_ context: CommandContext) async throws {
        let request = CompletionRequest(words)
        let candidates = await Self.candidates(for: request, context).filter { $0.text.hasPrefix(request.partial) }
        let lines = candidates.map { candidate in
            let help = candidate.help.split(whereSeparator: \.isNewline).first.map { "\t\($0)" } ?? ""
            return "\(request.prefix)\(candidate.text)\(help)\n"
        }
        try context.console.print(lines.joined() + (request.subject == .files ? ":0\n" : ":4\n"))
    }

    private static func candidates(for request: CompletionRequest, _ context: CommandContext) async -> [CompletionWord]
    {
        if case .words(let words) = request.subject { return words }
        guard let resource = request.subject.resource else { return [] }
        // Nobody wants an error in the middle of a line: without an answer there is nothing to propose.
        do {
            return try await names(of: resource, request.before, context)
        } catch {
            return []
        }
    }

    /// Asks the cluster that the line means, for no longer than somebody waits who has pressed a key.
    private static func names(
        of resource: APIResource, _ before: [String], _ context: CommandContext
    ) async throws -> [CompletionWord] {
        let meant = CommandContext(context.surroundings, SharedOptions(reading: before))
        let connection = try meant.connect(retries: RetryPolicy(tries: 1, connectionTries: 1, totalWait: .seconds(2)))
        let options = ListOptions(limit: 500, metadataOnly: true)
        let namespace = resource.isNamespaced ? connection.namespace : nil
        return try await withDeadline(.seconds(2), context.time) {
            try await connection.client.list(resource, namespace: namespace, options).items
                .map { CompletionWord($0.name) }
        }
    }
}

extension CompletionSubject {
    fileprivate var resource: APIResource? {
        switch self {
        case .environments: .environments
        case .endpoints: .inferenceEndpoints
        case .classes: .environmentClasses
        case .namespaces: .namespaces
        case .anything, .files, .words: nil
        }
    }
}

extension SharedOptions {
    /// The shared options among the words of a line that need not be right yet.
    init(reading words: [String]) {
        let values = ParsedArguments(reading: words, SharedOptions.cluster)
        self.init(values)
    }
}
