import CodeHosts
package import HTTPModel
import Synchronization

/// Makes a way to whatever a whole URL names: it trusts the given authorities (PEM) alone, or those of the system.
package typealias WebConnector = @Sendable (_ authorities: [UInt8]?) throws -> any HTTPTransport

/// The ways to the code hosts that there are: one to all that the system vouches for, and one by each bundle of
/// authorities, made when it is first used.
final class CodeHostConnections: Sendable {
    private let connect: WebConnector
    private let ways = Mutex<[[UInt8]?: any HTTPTransport]>([:])

    init(_ connect: @escaping WebConnector) { self.connect = connect }

    func transport(to host: CodeHost) throws -> any HTTPTransport {
        try ways.withLock { ways in
            if let known = ways[host.authorities] { return known }
            let made = try connect(host.authorities)
            ways[host.authorities] = made
            return made
        }
    }

    /// Gives up the ways to all other hosts; what is under way on them comes to its end.
    func keep(for hosts: [CodeHost]) {
        let used = Set(hosts.map(\.authorities))
        ways.withLock { ways in ways = ways.filter { used.contains($0.key) } }
    }
}
