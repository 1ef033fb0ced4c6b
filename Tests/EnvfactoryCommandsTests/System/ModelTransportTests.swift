import HTTPModel
import Testing

@testable import EnvfactoryCommands

@Suite("The way to model servers") struct ModelTransportTests {
    @Test(
        "leads neither to the machine itself nor to its cloud, by address or by name",
        arguments: ["127.0.0.1:9", "localhost:9", "[::1]:9", "169.254.169.254", "0.0.0.0:9", "[::ffff:127.0.0.1]:9"])
    func closed(authority: String) async throws {
        let transport = NetworkTransport.models()
        let error = await #expect(throws: HTTPTransportError.self) {
            try await transport.send(HTTPRequest(.get, "http://\(authority)/v1/models", timeout: .seconds(5)))
        }
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("may not be asked") ?? false, "\(error?.message ?? "")")
    }
}
