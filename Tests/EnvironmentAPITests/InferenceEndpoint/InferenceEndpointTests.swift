import EnvironmentAPI
import Formats
import Kubernetes
import TestSupport
import Testing

@Suite("InferenceEndpoint") struct InferenceEndpointTests {
    @Test("what is written is what was read")
    func roundTrip() {
        let endpoint = InferenceEndpoint(from: KubernetesObject(Valid.inferenceEndpoint))
        #expect(endpoint.unreadable == [])
        #expect(endpoint.object.json == Valid.inferenceEndpoint)
    }

    @Test("an endpoint of three lines serves from the host under the name of the design")
    func defaults() {
        let spec = InferenceEndpoint.Spec(
            json: ["model": ["name": "gemma"], "host": ["address": "host.k3d.internal"]])
        #expect(spec.mode == .host)
        #expect(spec.serving == InferenceEndpoint.Serving(serviceName: "llm-server", port: 18_080))
        #expect(spec.host == InferenceEndpoint.Host(address: "host.k3d.internal", port: 18_080))
        #expect(!spec.webUI.isEnabled)
    }

    @Test(
        "knows a name from an address",
        arguments: [
            ("host.k3d.internal", InferenceEndpoint.Host.Form.name), ("192.168.1.20", .iPv4), ("fd00::20", .iPv6),
            ("a", .name), ("192.168.1.256", nil), ("1.2.3", nil), ("host.", nil), ("", nil), ("fd00::20::1", nil),
        ] as [(String, InferenceEndpoint.Host.Form?)])
    func forms(_ address: String, _ form: InferenceEndpoint.Host.Form?) {
        #expect(InferenceEndpoint.Host(address: address).form == form)
    }

    @Test("policies let through what cidrs say, else the address, and of a bare name nothing")
    func addressBlocks() {
        #expect(InferenceEndpoint.Host(address: "192.168.1.20").addressBlocks == ["192.168.1.20/32"])
        #expect(InferenceEndpoint.Host(address: "fd00::20").addressBlocks == ["fd00::20/128"])
        #expect(InferenceEndpoint.Host(address: "a.example", cidrs: ["10.0.0.0/8"]).addressBlocks == ["10.0.0.0/8"])
        #expect(InferenceEndpoint.Host(address: "a.example").addressBlocks == nil)
    }

    @Test(
        "each vendor has its own resource, unless another is named",
        arguments: [
            (InferenceEndpoint.GPU.Vendor.nvidia, "nvidia.com/gpu"), (.amd, "amd.com/gpu"),
            (.intel, "gpu.intel.com/i915"), (.none, nil),
        ] as [(InferenceEndpoint.GPU.Vendor, String?)])
    func resources(_ vendor: InferenceEndpoint.GPU.Vendor, _ resource: String?) {
        #expect(InferenceEndpoint.GPU(vendor: vendor).resource == resource)
        let named = InferenceEndpoint.GPU(vendor: vendor, resourceName: "example.com/gpu").resource
        #expect(named == (vendor == .none ? nil : "example.com/gpu"))
    }

    @Test("never traps, whatever the object is, and writes what it read")
    func fuzz() throws {
        let corpus = [Valid.inferenceEndpoint, Valid.inferenceEndpoint.setting("status", Valid.inferenceStatus)]
        let tokens = ["null", "[]", "{}", "\"\"", "-1", "1e999", "\"..\"", "\"hf://\"", "\"::\"", "true"]
        try Fuzzer(seed: 6, iterations: 2_000).run(corpus: corpus.map { $0.encoded() }, tokens: tokens) { bytes in
            let json: JSONValue
            do { json = try JSONValue(parsing: bytes) } catch { return }
            let endpoint = InferenceEndpoint(from: KubernetesObject(json))
            _ = endpoint.violations()
            guard endpoint.unreadable.isEmpty else { return }
            let again = InferenceEndpoint(from: endpoint.object)
            try FuzzFailure.unless(again.spec == endpoint.spec, "writing changed the spec")
        }
    }
}
