import Glibc
import TestSupport

/// The program that asks Kubernetes' own libraries; `Scripts/oracle/run` builds it.
struct Oracle {
    private let path: String

    /// The oracle that `ENVFACTORY_ORACLE` names; `nil` where there is none.
    init?() {
        guard let path = getenv("ENVFACTORY_ORACLE").map({ String(cString: $0) }), !path.isEmpty else { return nil }
        self.path = path
    }

    /// Whether golden files are to be written anew.
    static var isRecording: Bool { getenv("ENVFACTORY_ORACLE_RECORD") != nil }

    /// The versions of what is asked.
    func version() throws -> String { try run("version", input: "").trimmingLineFeed() }

    /// One answer for each question, in their order.
    func answers(_ kind: String, _ questions: [[UInt8]]) throws -> [String] {
        let input: String = questions.map { EscapedText.line($0) + "\n" }.joined()
        let answers: [Substring] = try run(kind, input: input).split(separator: "\n", omittingEmptySubsequences: false)
        try FuzzFailure.unless(answers.count == questions.count + 1, "the oracle gave \(answers.count) answers")
        return answers.dropLast().map { String($0) }
    }

    private func run(_ kind: String, input: String) throws -> String {
        let files: TemporaryFiles = try TemporaryFiles()
        defer { files.remove() }
        try files.writeQuestions(input)

        var actions: posix_spawn_file_actions_t = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, files.questions, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, files.answers, O_WRONLY | O_CREAT | O_TRUNC, 0o600)

        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(path), strdup(kind), nil]
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        let error: Int32 = posix_spawn(&process, path, &actions, nil, &arguments, environ)
        try FuzzFailure.unless(error == 0, "cannot start \(path): errno \(error)")
        var status: Int32 = 0
        waitpid(process, &status, 0)
        try FuzzFailure.unless(status == 0, "\(path) \(kind) ended with status \(status)")
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

    func writeQuestions(_ text: String) throws { try TextFile.write(text, to: questions) }

    func remove() {
        unlink(questions)
        unlink(answers)
        rmdir(directory)
    }
}

extension String {
    fileprivate func trimmingLineFeed() -> String { last == "\n" ? String(dropLast()) : self }
}
