import CodeHosts
import EnvironmentAPI
import Formats
import HTTPModel
import KubernetesSimulator

/// I13: a process marks an environment as closed only after its code host has told it twice, some time apart, that
/// the pull request is over; and takes the record of such an end away only after it was told twice that it is open.
///
/// Only a whole answer to the very question counts: no webhook, no answer about another, none without a body.
struct ToldTwice: Invariant {
    static let title = "I13 told twice"

    /// Between two answers that end something, and two that clear a record away; clocks that drift make it less.
    private static let apart: (ends: Duration, clears: Duration) = (.seconds(8), .seconds(50))

    private struct Question: Hashable {
        var process: String
        var repository: String
        var number: Int64
    }

    private struct Saying {
        var isOpen: Bool
        var first: Timestamp
        var last: Timestamp
    }

    private var sayings: [Question: Saying] = [:]

    mutating func breach(_ fact: Fact, _ truth: Truth) -> String? {
        switch fact {
        case .answered(let process, let request, let response, let time): hear(process, request.request, response, time)
        case .cluster(.change(let change)) where change.resource == Kind.environments:
            guard let author = change.author, author.isOperator, let before = change.before.map(Environment.init(_:))
            else { return nil }
            return marks(before, change, author) ?? clears(before, change, author)
        default: break
        }
        return nil
    }

    // MARK: - What is told

    private mutating func hear(_ process: String, _ request: HTTPRequest, _ response: HTTPResponse, _ time: Timestamp) {
        // https://api.github.com/repos/acme/payments/pulls/42
        guard request.target.hasPrefix("https://") else { return }
        let parts = request.target.split(separator: "/")
        guard parts.count == 7, parts[2] == "repos", parts[5] == "pulls",
            let number = Int64(parts[6]), response.status == 200
        else { return }
        let question = Question(process: process, repository: "\(parts[3])/\(parts[4])", number: number)
        guard let isOpen = Self.state(response.body, question) else { return }
        let known = sayings[question].flatMap { $0.isOpen == isOpen ? $0.first : nil }
        sayings[question] = Saying(isOpen: isOpen, first: known ?? time, last: time)
    }

    private static func state(_ body: [UInt8], _ question: Question) -> Bool? {
        do {
            let json = try JSONValue(parsing: body)
            guard json["number"]?.integer == question.number,
                json[path: "base", "repo", "full_name"]?.string == question.repository
            else { return nil }
            return json["state"]?.string == "open"
        } catch {
            return nil
        }
    }

    // MARK: - What follows

    private func marks(_ before: Environment, _ change: ObjectChange, _ author: Identity) -> String? {
        guard before.metadata.annotations[Words.Annotation.closed] == nil,
            let after = change.after.map(Environment.init(_:)),
            after.metadata.annotations[Words.Annotation.closed] != nil,
            !isTold(after, false, Self.apart.ends, author)
        else { return nil }
        return "\(change.name) is marked as closed, of which \(author.process) was not told twice"
    }

    private func clears(_ before: Environment, _ change: ObjectChange, _ author: Identity) -> String? {
        guard !before.metadata.isDeleting, change.after.map(Environment.init(_:))?.metadata.isDeleting ?? true,
            before.status.condition(.ready)?.reason == ReadyReason.closed.rawValue,
            let ended = before.status.condition(.terminated)?.lastTransitionTime
        else { return nil }
        let spec = before.status.resolvedClass.map { EnvironmentClass.Spec(json: $0.spec) }
        let retention = (spec?.lifetime ?? EnvironmentClass.Lifetime()).retention
        guard change.time < ended + retention, !isTold(before, true, Self.apart.clears, author) else { return nil }
        return "the record of the end of \(change.name) is taken away, and \(author.process) was not told twice that "
            + "its pull request is open"
    }

    private func isTold(_ environment: Environment, _ isOpen: Bool, _ apart: Duration, _ author: Identity) -> Bool {
        guard let source = environment.spec.source, let repository = source.repository,
            let number = source.pullRequest,
            let saying = sayings[Question(process: author.process, repository: repository, number: number)]
        else { return false }
        return saying.isOpen == isOpen && saying.last - saying.first >= apart
    }
}
