import Formats
import GoTemplate
import TestSupport

/// Templates with the answers that Go gave, kept for where there is no Go.
///
/// A line holds what a missing key means, the template, its data and the answer, divided by tabs; without data, that
/// of `data.json` is meant. Where we differ on purpose, our answer and the reason follow.
struct GoldenTemplates {
    struct Line {
        var question: TemplateQuestion
        var answer: String
        var ours: String?
        var reason: String?
    }

    var lines: [Line]
    private let path: String

    init(_ name: String) throws {
        path = Self.folder + name
        let text: String = try TextFile.read(path)
        let usual: String = try Self.usualData()
        let usualValue: JSONValue = try JSONValue(parsing: Array(usual.utf8))
        lines = text.split(separator: "\n").filter { !$0.hasPrefix("# ") }.map { line in
            let fields: [Substring] = line.split(separator: "\t", omittingEmptySubsequences: false)
            func field(_ index: Int) -> String? { index < fields.count ? String(fields[index]) : nil }
            let data: String = String(decoding: EscapedText.bytes(field(2) ?? ""), as: UTF8.self)
            let question: TemplateQuestion = TemplateQuestion(
                missingKey: field(0) ?? "", text: EscapedText.bytes(field(1) ?? ""), data: data.isEmpty ? usual : data,
                value: data.isEmpty ? usualValue : JSONValue?.none)
            return Line(question: question, answer: field(3) ?? "", ours: field(4), reason: field(5))
        }
    }

    /// Asks all questions anew and writes the file.
    mutating func record(by oracle: Oracle) throws {
        let answers: [String] = try oracle.answers(lines: lines.map(\.question.line))
        for (index, answer) in answers.enumerated() { lines[index].answer = answer }
        let header: String = "# Answers of \(try oracle.version())'s text/template; written by the template oracle.\n"
        let usual: String = try Self.usualData()
        let body: [String] = lines.map { line in
            let question: TemplateQuestion = line.question
            let data: String = question.data == usual ? "" : question.data
            let fields: [String?] = [
                question.missingKey, EscapedText.line(question.text), EscapedText.line(Array(data.utf8)),
                line.answer, line.ours, line.reason,
            ]
            return fields.compactMap { $0 }.joined(separator: "\t") + "\n"
        }
        try TextFile.write(header + body.joined(), to: path)
    }

    /// The data of questions that have none of their own.
    static func usualData() throws -> String { String(try TextFile.read(folder + "data.json").dropLast()) }

    private static let folder: String = TextFile.fixtures()
}
