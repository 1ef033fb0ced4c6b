import Formats
import HTTPModel
import KubernetesSimulator

/// Something that happened in a run.
enum Fact: Sendable {
    case cluster(ClusterFact)
    /// A process of the operator sent a request, which may not have arrived.
    case sent(String, HTTPRequest, Timestamp)
    case answered(String, HTTPRequest, HTTPResponse, Timestamp)
    case logged(String, [UInt8])
}
