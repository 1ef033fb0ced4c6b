import Formats
import HTTPModel
import KubernetesSimulator

/// I10, of its own words: a process that was told which version its write made does not write again as of an older one.
///
/// A cache that does not show a write yet shows what was before it; who decides by that does its work twice, or undoes
/// it. Where a server drops an event, nobody but its next list can tell.
struct OwnWrites: Invariant {
    static let title = "I10 own writes"

    /// How long a cache may take to show a write until it is taken for broken: half a minute of a clock that may run a
    /// tenth too fast.
    private static let patience = Duration.seconds(30) * 10 / 11

    /// What is to be made is sent as this version, which no object has.
    private static let absent: UInt64 = 1

    /// An object as one process knows it.
    private struct Place: Hashable {
        var process: String
        var path: Substring

        init(_ process: String, _ request: HTTPRequest) {
            self.process = process
            path = request.target.prefix { $0 != "?" }
            if path.hasSuffix("/status") { path.removeLast("/status".count) }
        }
    }

    /// The version that a write made, and when that was told.
    private var answers: [Place: (version: UInt64, time: Timestamp)] = [:]

    mutating func breach(_ fact: Fact, _ truth: Truth) -> String? {
        switch fact {
        case .answered(let process, let request, let response, let time)
        where request.changesObject && response.status < 300:
            guard let version = Self.version(in: response.body) else { return nil }
            answers[Place(process, request.request)] = (version, time)
        case .sent(let process, let request, let time) where request.changesObject:
            guard let own = answers[Place(process, request.request)], time - own.time < Self.patience,
                let version = Self.version(in: request.request.body), version != Self.absent, version < own.version
            else { return nil }
            return "\(process) sends \(request) as of version \(version), "
                + "although it has made version \(own.version) itself"
        default: break
        }
        return nil
    }

    private static func version(in body: [UInt8]) -> UInt64? {
        do {
            let object = try JSONValue(parsing: body, keeping: .version)
            return object[path: "metadata", "resourceVersion"]?.string.flatMap { UInt64($0) }
        } catch { return nil }
    }
}

extension JSONSelection {
    fileprivate static let version = members(["metadata": .members(["resourceVersion": .everything])])
}

extension SentRequest {
    fileprivate var changesObject: Bool { purpose == .changes || purpose == .elects }
}
