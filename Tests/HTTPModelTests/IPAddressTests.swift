import HTTPModel
import Testing

@Suite struct IPAddressTests {
    @Test(
        "addresses lie in ranges, or do not",
        arguments: [
            ("10.1.2.3", "10.0.0.0/8", true), ("11.1.2.3", "10.0.0.0/8", false), ("10.1.2.3", "0.0.0.0/0", true),
            ("10.0.0.5", "10.0.0.4/31", true), ("10.0.0.6", "10.0.0.4/31", false), ("10.0.0.4", "10.0.0.4/32", true),
            ("fd00::1", "fd00::/8", true), ("fe00::1", "fd00::/8", false), ("::1", "0.0.0.0/0", false),
            ("10.0.0.1", "10.0.0.0/33", false), ("10.0.0.1", "10.0.0.0/-1", false), ("10.0.0.1", "10.0.0.0", false),
            ("10.0.0.1", "/8", false), ("10.0.0.1", "10.0.0.0/8/8", false),
        ]
    )
    func ranges(address: String, range: String, isInside: Bool) throws {
        #expect(try #require(IPAddress(address)).isInside(range: range) == isInside)
    }

    @Test(
        "loopback is 127/8 and ::1",
        arguments: [("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("::2", false), ("1.0.0.1", false)])
    func loopback(address: String, isLoopback: Bool) throws {
        #expect(try #require(IPAddress(address)).isLoopback == isLoopback)
    }

    @Test("what is no address is none", arguments: ["", "localhost", "1.2.3", "1.2.3.256", "::g", "1.2.3.4\0"])
    func refusals(text: String) {
        #expect(IPAddress(text) == nil)
    }
}
