import EnvironmentAPI
import Formats

/// What a CI system is told of an environment that is ready, each in the form that it reads.
struct PipelineReport: Sendable, Hashable {
    var environment: Environment
    var kubeconfigPath: String
    /// What the job's later steps shall have in their environment.
    var variables: [KeyAndValue]

    /// What later steps and jobs may want to know; no secret, and no line break but in a path that is refused.
    private var facts: [KeyAndValue] {
        [
            KeyAndValue(key: "name", value: environment.metadata.name),
            KeyAndValue(key: "namespace", value: environment.metadata.namespace),
            KeyAndValue(key: "server", value: environment.status.kubeconfig?.server ?? ""),
            KeyAndValue(key: "expires-at", value: environment.status.expiresAt.map { "\($0)" } ?? ""),
        ]
    }
}

// MARK: - As files

extension PipelineReport {
    /// Lines of `GITHUB_ENV`.
    var environmentFile: String { Self.lines(variables) }

    /// Lines of `GITHUB_OUTPUT`.
    var outputs: String { Self.lines(facts + [KeyAndValue(key: "kubeconfig", value: kubeconfigPath)]) }

    /// GitLab's report of variables for later jobs: those run elsewhere, so that no path means anything to them.
    var dotenv: String {
        Self.lines(
            facts.map { fact in
                let word = fact.key.uppercased().split(separator: "-").joined(separator: "_")
                return KeyAndValue(key: "ENVFACTORY_\(word)", value: fact.value)
            })
    }

    /// Markdown, for the page of the run.
    var summary: String {
        var rows = [("Class", environment.spec.environmentClassName)]
        if let server = environment.status.kubeconfig?.server { rows.append(("API server", "`\(server)`")) }
        if let end = environment.status.expiresAt { rows.append(("Ends", "\(end)")) }
        let (name, namespace) = (environment.metadata.name, environment.metadata.namespace)
        return """
            ### Environment `\(name)` is ready

            | | |
            |---|---|
            \(rows.map { "| \($0.0) | \($0.1) |" }.joined(separator: "\n"))

            `envfactory kubeconfig \(name) --namespace \(namespace)` gives you its kubeconfig, \
            `envfactory extend \(name) --namespace \(namespace) --ttl 48h` more time.

            """
    }

    /// The first value that would set whatever comes after its line break.
    var broken: KeyAndValue? {
        let path = KeyAndValue(key: "kubeconfig", value: kubeconfigPath)
        return (variables + facts + [path]).first { $0.value.contains(where: \.isNewline) }
    }

    private static func lines(_ pairs: [KeyAndValue]) -> String {
        pairs.map { "\($0.key)=\($0.value)\n" }.joined()
    }
}

// MARK: - Where they go

extension PipelineReport {
    /// Tells the CI system of this run, by the files that its variables name, and by the one that the user named.
    func write(dotenvFile: String?, _ context: CommandContext) throws {
        let files = ["GITHUB_ENV": environmentFile, "GITHUB_OUTPUT": outputs, "GITHUB_STEP_SUMMARY": summary]
        let wanted = files.sorted { $0.key < $1.key }.compactMap { variable, text in
            context.filledVariable(variable).map { (path: $0, text: text) }
        }
        if !wanted.isEmpty || dotenvFile != nil, let broken {
            throw UsageError("\(broken.key) would hold a line break, which a CI variable cannot: choose another path")
        }
        for file in wanted { try context.files.append(Array(file.text.utf8), to: file.path) }
        if let dotenvFile { try context.files.publish(context.absolute(dotenvFile), Array(dotenv.utf8)) }
    }
}
