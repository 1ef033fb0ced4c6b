import EnvironmentAPI
import Formats
import HTTPModel
import KubernetesSimulator

/// Everything that happened in a run, in order, as a digest; and as text where somebody wants to read it.
struct Trace: Sendable {
    /// FNV-1a over the lines.
    private(set) var hash: UInt64 = 14_695_981_039_346_656_037
    private(set) var lines: [String] = []
    private let isKept: Bool
    private let start: Timestamp

    /// A longer text would be read by nobody.
    private static let limit = 100_000

    init(start: Timestamp, isKept: Bool) {
        self.start = start
        self.isKept = isKept
    }

    mutating func add(_ fact: Fact) {
        if isKept, case .cluster(.change(let change)) = fact, change.resource == Kind.environments { tell(change) }
        guard let (time, text) = Self.text(fact) else { return }
        add(text, at: time)
    }

    mutating func add(_ text: String, at time: Timestamp) {
        let line = "\((time - start).attoseconds / 1_000_000_000_000) \(text)"
        for byte in line.utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
        hash = (hash ^ 10) &* 1_099_511_628_211
        keep(text, at: time)
    }

    private mutating func keep(_ text: String, at time: Timestamp) {
        if isKept, lines.count < Self.limit { lines.append("\((time - start).shortGoText) \(text)") }
    }

    /// What an Environment says that it did not say before: for who reads, since it follows from the write.
    private mutating func tell(_ change: ObjectChange) {
        func said(_ object: JSONValue?) -> [String] {
            let conditions = object.map { Environment($0).status.conditions } ?? []
            return conditions.map { "\($0.type)=\($0.status.rawValue)/\($0.reason)" }
        }
        let before = said(change.before)
        for text in said(change.after) where !before.contains(text) {
            keep("\(change.name) says \(text)", at: change.time)
        }
    }

    /// One line of a fact; `nil` for what follows from other lines.
    private static func text(_ fact: Fact) -> (Timestamp, String)? {
        switch fact {
        case .sent(let process, let request, let time): (time, "\(process) \(request)")
        case .answered(let process, _, let response, let time): (time, "\(process) gets \(response.status)")
        case .cluster(.request(let record)):
            (record.time, "\(record.identity.process) \(record) \(record.uid) \(record.resourceVersion)")
        case .cluster(.change(let change)):
            (
                change.time,
                "\(change.resource) \(change.namespace)/\(change.name) \(change.uid) at \(change.revision)"
                    + (change.after == nil ? " is gone" : "")
            )
        case .cluster(.fault), .logged: nil
        }
    }
}
