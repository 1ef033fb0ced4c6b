import EnvironmentAPI
import Testing

@Suite("Addresses that nobody may be sent to") struct ClosedAddressTests {
    @Test(
        "the asker's own, its link's and its cloud's are closed, however they are written",
        arguments: [
            ("127.0.0.1", .loopback), ("127.8.9.10", .loopback), ("::1", .loopback), ("::ffff:127.0.0.1", .loopback),
            ("64:ff9b::7f00:1", .loopback), ("0.0.0.0", .unspecified), ("::", .unspecified),
            ("::ffff:0.0.0.0", .unspecified), ("169.254.169.254", .linkLocal), ("fe80::1", .linkLocal),
            ("::ffff:169.254.169.254", .linkLocal), ("febf::1", .linkLocal), ("100.100.100.200", .cloud),
            ("168.63.129.16", .cloud), ("fd00:ec2::254", .cloud), ("224.0.0.1", .group), ("255.255.255.255", .group),
            ("ff02::1", .group),
        ] as [(String, ClosedAddress)])
    func closed(_ text: String, _ kind: ClosedAddress) throws {
        #expect(ClosedAddress(try #require(AddressBlock.address(text))) == kind)
    }

    @Test(
        "machines' addresses are open, private ones as well",
        arguments: [
            "192.168.1.20", "10.0.0.1", "172.17.0.1", "100.64.0.1", "169.253.1.1", "fd00::20", "2001:db8::1", "fec0::1",
            "::ffff:192.168.1.20", "128.0.0.1", "223.255.255.255",
        ])
    func open(_ text: String) throws {
        #expect(ClosedAddress(try #require(AddressBlock.address(text))) == nil)
    }

    @Test(
        "a block is closed where one address in it is",
        arguments: [
            ("0.0.0.0/0", true), ("::/0", true), ("169.254.169.254/32", true), ("126.0.0.0/7", true),
            ("::ffff:0:0/96", true), ("10.0.0.0/8", false), ("192.168.0.0/16", false), ("fd00::/64", false),
        ])
    func blocks(_ text: String, isClosed: Bool) throws {
        #expect((ClosedAddress(in: try #require(AddressBlock(text))) != nil) == isClosed)
    }

    @Test("the pod's own name is closed, and no other")
    func names() {
        #expect(["localhost", "a.localhost"].allSatisfy { ClosedAddress(name: $0) == .loopback })
        #expect(["localhost.example.com", "host.k3d.internal"].allSatisfy { ClosedAddress(name: $0) == nil })
    }

    @Test(
        "an endpoint that leads there is refused with what to do",
        arguments: [
            ("127.0.0.1", [], "spec.host.address 127.0.0.1 is in every pod the pod itself"),
            ("localhost", [], "spec.host.address localhost is in every pod the pod itself"),
            ("169.254.169.254", [], "hands out credentials"),
            ("a.example", ["192.168.1.20/32", "0.0.0.0/0"], "spec.host.cidrs[1] 0.0.0.0/0 holds what is no machine's"),
        ] as [(String, [String], String)])
    func refused(_ address: String, _ cidrs: [String], _ words: String) throws {
        let spec = InferenceEndpoint.Spec(
            model: .init(name: "gemma"), host: .init(address: address, cidrs: cidrs))
        let endpoint = InferenceEndpoint(metadata: ObjectMetadata(name: "a", namespace: "team"), spec: spec)
        let violation = try #require(endpoint.violations().first)
        #expect(endpoint.violations().count == 1)
        #expect(violation.message.contains(words), "\(violation.message)")
        #expect(violation.message.hasSuffix("write the address at which pods reach the machine"))
    }
}
