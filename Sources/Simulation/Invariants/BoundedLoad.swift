import Formats
import HTTPModel
import KubernetesSimulator

/// I11: a process sends a bounded number of requests a minute, whatever happens to them; and what a server asked to
/// send again later is not sent again earlier.
struct BoundedLoad: Invariant {
    static let title = "I11 bounded load"

    /// Requests a minute of a process, and for each environment on top.
    private static let (base, perEnvironment) = (600, 240)

    private struct Minute {
        var begin: Timestamp
        var count = 0
    }

    /// A write as one process sends it, however often.
    private struct Sending: Hashable {
        var process: String
        var request: String
        var body: [UInt8]

        init(_ process: String, _ sent: SentRequest) {
            self.process = process
            request = "\(sent)"
            body = sent.request.body
        }
    }

    private var minutes: [String: Minute] = [:]
    /// Until when a refused write was to be kept back.
    private var refusals: [Sending: Timestamp] = [:]

    mutating func breach(_ fact: Fact, _ truth: Truth) -> String? {
        switch fact {
        case .answered(let process, let request, let response, let time): note(process, request, response, time)
        case .sent(let process, let request, let time):
            return impatience(process, request, time) ?? excess(process, request, time, truth)
        default: break
        }
        return nil
    }

    /// Elections do not wait: a lease that is renewed late is lost.
    private mutating func note(_ process: String, _ request: SentRequest, _ response: HTTPResponse, _ time: Timestamp) {
        guard [429, 503].contains(response.status), request.purpose == .changes,
            let seconds = response.headers["Retry-After"].flatMap({ Int64($0) })
        else { return }
        // A clock that runs a tenth too fast waits a tenth too short.
        refusals[Sending(process, request)] = time + .seconds(seconds) * 10 / 11
    }

    private mutating func impatience(_ process: String, _ request: SentRequest, _ time: Timestamp) -> String? {
        guard !refusals.isEmpty, let earliest = refusals.removeValue(forKey: Sending(process, request)),
            time < earliest
        else { return nil }
        return "\(process) sends \(request) again before \(earliest)"
    }

    private mutating func excess(
        _ process: String, _ request: SentRequest, _ time: Timestamp, _ truth: Truth
    ) -> String? {
        var minute = minutes[process] ?? Minute(begin: time)
        if time - minute.begin >= .seconds(60) { minute = Minute(begin: time) }
        minute.count += 1
        minutes[process] = minute
        guard minute.count > Self.base else { return nil }
        let limit = Self.base + Self.perEnvironment * truth.objects(Kind.environments).count
        guard minute.count == limit + 1 else { return nil }
        return "\(process) sends more than \(limit) requests within a minute, now \(request)"
    }
}
