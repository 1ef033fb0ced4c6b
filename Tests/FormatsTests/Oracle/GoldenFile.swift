import TestSupport

/// Questions with the answers that the oracle gave, kept for where there is none.
///
/// A line holds a question and its answer, divided by a tab. Where the two readers differ on purpose, our
/// answer and the reason follow.
struct GoldenFile {
    struct Line {
        var question: [UInt8]
        var answer: String
        var ours: String?
        var reason: String?
    }

    var lines: [Line]
    private let path: String

    init(_ name: String) throws {
        path = Self.folder + name
        let text: String = try TextFile.read(path)
        lines = text.split(separator: "\n").filter { !$0.hasPrefix("# ") }.map { line in
            let fields: [Substring] = line.split(separator: "\t", omittingEmptySubsequences: false)
            func field(_ index: Int) -> String? { index < fields.count ? String(fields[index]) : nil }
            return Line(
                question: EscapedText.bytes(fields[0]), answer: field(1) ?? "", ours: field(2), reason: field(3))
        }
    }

    /// A file that is to be written.
    init(_ name: String, questions: [[UInt8]]) {
        path = Self.folder + name
        lines = questions.map { Line(question: $0, answer: "", ours: nil, reason: nil) }
    }

    /// Asks all questions anew and writes the file.
    mutating func record(_ kind: String, by oracle: Oracle) throws {
        let answers: [String] = try oracle.answers(kind, lines.map(\.question))
        for (index, answer) in answers.enumerated() { lines[index].answer = answer }
        let header: String = "# Answers of \(try oracle.version()); written by Scripts/oracle/run --record.\n"
        let body: [String] = lines.map { line in
            let fields: [String?] = [EscapedText.line(line.question), line.answer, line.ours, line.reason]
            return fields.compactMap { $0 }.joined(separator: "\t") + "\n"
        }
        try TextFile.write(header + body.joined(), to: path)
    }

    private static let folder: String = TextFile.fixtures()
}
