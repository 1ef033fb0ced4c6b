import Glibc
import TestSupport

/// The program that asks the libraries that Helm is made of; `Scripts/oracle-helm/run` builds it.
struct HelmOracle {
    private let path: String

    /// The oracle that `ENVFACTORY_HELM_ORACLE` names; `nil` where there is none.
    init?() {
        guard let path = getenv("ENVFACTORY_HELM_ORACLE").map({ String(cString: $0) }), !path.isEmpty else {
            return nil
        }
        self.path = path
    }

    /// Whether golden files are to be written anew.
    static var isRecording: Bool { getenv("ENVFACTORY_ORACLE_RECORD") != nil }

    func version() throws -> String { String(try run("version", input: "").dropLast()) }

    /// One answer for each question, in their order.
    func answers(_ kind: String, _ questions: [[UInt8]]) throws -> [[UInt8]] {
        let input: String = questions.map { FuzzFailure.escaped($0) + "\n" }.joined()
        let lines: [Substring] = try run(kind, input: input).split(separator: "\n", omittingEmptySubsequences: false)
        try FuzzFailure.unless(lines.count == questions.count + 1, "the oracle gave \(lines.count) answers")
        return lines.dropLast().map { AnswerLine.bytes($0) }
    }

    private func run(_ kind: String, input: String) throws -> String {
        var template: [CChar] = Array("/tmp/envfactory-oracle-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw FuzzFailure("cannot make a folder in /tmp: errno \(errno)") }
        let (questions, answers): (String, String) = ("\(String(cString: made))/q", "\(String(cString: made))/a")
        defer {
            unlink(questions)
            unlink(answers)
            rmdir(made)
        }
        try AnswerLine.write(input, to: questions)

        var actions: posix_spawn_file_actions_t = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, questions, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, answers, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(path), strdup(kind), nil]
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        let error: Int32 = posix_spawn(&process, path, &actions, nil, &arguments, environ)
        try FuzzFailure.unless(error == 0, "cannot start \(path): errno \(error)")
        var status: Int32 = 0
        waitpid(process, &status, 0)
        try FuzzFailure.unless(status == 0, "\(path) \(kind) ended with status \(status)")
        return try AnswerLine.read(answers)
    }
}

/// Lines of ASCII that stand for any bytes, and the files of them.
enum AnswerLine {
    static func bytes(_ line: some StringProtocol) -> [UInt8] {
        var result: [UInt8] = []
        var rest: ArraySlice<UInt8> = Array(line.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let letter = rest.popFirst() else {
                result.append(byte)
                continue
            }
            switch letter {
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "x"):
                result.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0x3F)
                rest = rest.dropFirst(2)
            default: result.append(letter)
            }
        }
        return result
    }

    static func read(_ path: String) throws -> String {
        guard let file = fopen(path, "r") else { throw FuzzFailure("cannot read \(path): errno \(errno)") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer: [UInt8] = Array(repeating: 0, count: 1 << 16)
        while true {
            let count: Int = fread(&buffer, 1, buffer.count, file)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }

    static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else { throw FuzzFailure("cannot write \(path): errno \(errno)") }
        let bytes: [UInt8] = Array(text.utf8)
        let written: Int = fwrite(bytes, 1, bytes.count, file)
        let isClosed: Bool = fclose(file) == 0
        try FuzzFailure.unless(written == bytes.count && isClosed, "cannot write all of \(path)")
    }
}
