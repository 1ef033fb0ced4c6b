import Glibc

/// A program that asks other people's libraries; a script of `Scripts/` builds it and prints its path.
package struct Oracle: Sendable {
    private let path: String

    /// Kubernetes' own libraries: `Scripts/oracle/run`; `nil` where there is none.
    package static var kubernetes: Oracle? { Oracle(named: "ENVFACTORY_ORACLE") }
    /// Go's own text/template: `Scripts/oracle/template/run`.
    package static var template: Oracle? { Oracle(named: "ENVFACTORY_TEMPLATE_ORACLE") }
    /// The libraries that Helm is made of: `Scripts/oracle-helm/run`.
    package static var helm: Oracle? { Oracle(named: "ENVFACTORY_HELM_ORACLE") }

    private init?(named variable: String) {
        guard let path = getenv(variable).map({ String(cString: $0) }), !path.isEmpty else { return nil }
        self.path = path
    }

    /// Whether golden files are to be written anew.
    package static var isRecording: Bool { getenv("ENVFACTORY_ORACLE_RECORD") != nil }

    /// Says how much was asked and answered alike, which `Scripts/ask-oracles` adds up.
    package static func report(recorded: Int = 0, generated: Int = 0) {
        print("oracle-agrees \(recorded) \(generated)")
    }

    /// The versions of what is asked.
    package func version() throws -> String { String(try run("version", input: "").dropLast()) }

    /// One answer for each question, in their order.
    package func answers(_ kind: String, _ questions: [[UInt8]]) throws -> [String] {
        try answers(kind, lines: questions.map { EscapedText.line($0) })
    }

    /// One answer for each line; an oracle that knows one kind of question alone is told none.
    package func answers(_ kind: String? = nil, lines: [String]) throws -> [String] {
        let output: String = try run(kind, input: lines.map { $0 + "\n" }.joined())
        let answers: [Substring] = output.split(separator: "\n", omittingEmptySubsequences: false)
        try FuzzFailure.unless(answers.count == lines.count + 1, "the oracle gave \(answers.count) answers")
        return answers.dropLast().map { String($0) }
    }

    private func run(_ kind: String?, input: String) throws -> String {
        let files: TemporaryFiles = try TemporaryFiles()
        defer { files.remove() }
        try TextFile.write(input, to: files.questions)

        var actions: posix_spawn_file_actions_t = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, files.questions, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, files.answers, O_WRONLY | O_CREAT | O_TRUNC, 0o600)

        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(path)]
        if let kind { arguments.append(strdup(kind)) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        let error: Int32 = posix_spawn(&process, path, &actions, nil, &arguments, environ)
        try FuzzFailure.unless(error == 0, "cannot start \(path): errno \(error)")
        var status: Int32 = 0
        waitpid(process, &status, 0)
        try FuzzFailure.unless(status == 0, "\(path) \(kind ?? "") ended with status \(status)")
        return try TextFile.read(files.answers)
    }
}

/// Where questions and answers pass between the two programs.
private struct TemporaryFiles {
    private let directory: String
    var questions: String { directory + "/questions" }
    var answers: String { directory + "/answers" }

    init() throws {
        var template: [CChar] = Array("/tmp/envfactory-oracle-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw FuzzFailure("cannot make a folder in /tmp: errno \(errno)") }
        directory = String(cString: made)
    }

    func remove() {
        unlink(questions)
        unlink(answers)
        rmdir(directory)
    }
}
