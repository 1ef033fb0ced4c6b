import HTTPModel
import Synchronization
import Testing

@testable import CurlTransport

@Suite("Addresses that are refused") struct RefusedAddressTests {
    private func transport(
        _ asked: @escaping @Sendable ([UInt8]) -> Bool, _ target: String
    ) async throws -> HTTPTransportError? {
        var configuration = CurlTransport.Configuration(server: nil)
        configuration.refusedAddresses = asked
        return try await withTransport(configuration) { transport in
            do {
                _ = try await transport.send(HTTPRequest(.get, target))
                return nil
            } catch let error as HTTPTransportError {
                return error
            }
        }
    }

    @Test("no connection is opened to them, whatever name leads there", arguments: ["127.0.0.1", "localhost"])
    func refused(host: String) async throws {
        try await withServer {
            $0.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        } _: { server in
            let error = try await transport({ _ in true }, "http://\(host):\(server.port)/")
            #expect(error?.code == .unreachable)
            #expect(
                error?.message.contains("leads to addresses alone that may not be asked") ?? false, "\(error as Any)")
            #expect(server.accepted == 0)
        }
    }

    @Test("others are connected to, and were asked about by their bytes")
    func open() async throws {
        try await withServer {
            $0.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        } _: { server in
            let seen = Mutex<[[UInt8]]>([])
            let error = try await transport(
                { address in
                    seen.withLock { $0.append(address) }
                    return false
                }, "http://127.0.0.1:\(server.port)/")
            #expect(error == nil)
            #expect(seen.withLock { $0 } == [[127, 0, 0, 1]])
        }
    }

    @Test("an address of sixteen bytes is asked about as a whole")
    func sixteen() async throws {
        let seen = Mutex<[[UInt8]]>([])
        let error = try await transport(
            { address in
                seen.withLock { $0.append(address) }
                return true
            }, "http://[::1]:9/")
        #expect(error?.code == .unreachable)
        let expected = [UInt8](repeating: 0, count: 15) + [1]
        #expect(seen.withLock { $0.allSatisfy { $0 == expected } })
    }
}
