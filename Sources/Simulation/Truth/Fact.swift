import Formats
import HTTPModel
import KubernetesSimulator

/// Something that happened in a run.
enum Fact: Sendable {
    case cluster(ClusterFact)
    /// A process of the operator sent a request, which may not have arrived.
    case sent(String, SentRequest, Timestamp)
    case answered(String, SentRequest, HTTPResponse, Timestamp)
    case logged(String, [UInt8])
}

/// A request and what it is for, which is found out once for all who judge it.
struct SentRequest: Sendable {
    enum Purpose: Sendable {
        case looks
        /// By way of a write, which changes nothing: reviews and dry runs.
        case asks
        /// Takes or renews the lease.
        case elects
        case changes
    }

    let request: HTTPRequest
    let purpose: Purpose

    init(_ request: HTTPRequest) {
        self.request = request
        purpose = Self.purpose(of: request)
    }

    private static func purpose(of request: HTTPRequest) -> Purpose {
        guard request.method != .get, request.method != .head else { return .looks }
        if request.target.contains("reviews") || request.target.contains("dryRun=All") { return .asks }
        return request.target.contains("/leases") ? .elects : .changes
    }
}

extension SentRequest: CustomStringConvertible {
    var description: String { "\(request.method.rawValue) \(request.target)" }
}
