import Formats
import HTTPModel
import TestSupport
import Testing

extension ScriptedTransport {
    /// What the n-th request sent.
    func body(_ index: Int) throws -> JSONValue {
        let request = try #require(requests.dropFirst(index).first, "there are only \(requests.count) requests")
        return try JSONValue(parsing: request.body)
    }
}
