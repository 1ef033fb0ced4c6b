import Formats
import TestSupport
import Testing

@testable import KubernetesSimulator

@Suite("Objects in protobuf")
struct ProtobufReaderTests {
    /// Writes fields, to read them again.
    private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        [number << 3 | 2, UInt8(bytes.count)] + bytes
    }

    private static func field(_ number: UInt8, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

    private static func body(_ kind: String, _ raw: [UInt8]) -> [UInt8] {
        Array("k8s\0".utf8) + field(1, field(1, "v1") + field(2, kind)) + field(2, raw) + field(3, "") + field(4, "")
    }

    private static let metadata = field(1, field(1, "x") + field(5, "") + [7 << 3, 0] + field(8, []))

    @Test("are read with their maps, bytes, lists and numbers; empty values say nothing")
    func reading() throws {
        let secret = Self.body(
            "Secret", Self.metadata + Self.field(2, Self.field(1, "k") + Self.field(2, "v")) + Self.field(3, "Opaque"))
        #expect(
            try ProtobufReader.object(secret) == [
                "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "x"], "data": ["k": "dg=="],
                "type": "Opaque",
            ])
        let hard = Self.field(1, Self.field(1, "pods") + Self.field(2, Self.field(1, "3")))
        let quota = Self.body("ResourceQuota", Self.metadata + Self.field(2, hard) + Self.field(3, [9, 9, 9]))
        #expect(try ProtobufReader.object(quota)["spec"] == ["hard": ["pods": "3"]])
        let deployment = Self.body("Deployment", Self.metadata + Self.field(2, [1 << 3, 0, 5 << 3, 0]))
        #expect(try ProtobufReader.object(deployment)["spec"] == ["replicas": 0])
        let port = Self.field(4, [1 << 3, 1] + Self.field(3, "http")) + [3 << 3, 80]
        let service = Self.body("Service", Self.metadata + Self.field(2, Self.field(1, port)))
        #expect(try ProtobufReader.object(service)["spec"] == ["ports": [["targetPort": "http", "port": 80]]])
    }

    @Test("are refused where something in them would be lost")
    func refused() {
        let bodies = [
            [], Array("{}".utf8), Self.body("Pod", Self.metadata), Self.body("ConfigMap", Self.field(15, "?")),
            Self.body("ConfigMap", [1 << 3 | 2, 200]), Self.body("ConfigMap", [1 << 3, 1]),
            Self.body("ConfigMap", [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
        ]
        for body in bodies { #expect(throws: ProtobufReader.Failure.self) { try ProtobufReader.object(body) } }
    }

    @Test("Fuzz: arbitrary bytes are an object or refused")
    func fuzz() throws {
        let corpus = [
            Self.body("Secret", Self.metadata + Self.field(2, Self.field(1, "k") + Self.field(2, "v"))),
            Self.body("Deployment", Self.metadata + Self.field(2, [1 << 3, 3])),
            Self.body("Job", Self.field(2, Self.field(6, Self.field(2, Self.field(2, Self.field(1, "c")))))),
        ]
        try Fuzzer(seed: 1, iterations: 3_000).run(corpus: corpus, tokens: ["k8s\0", "Role", "\u{12}", "\u{8}"]) {
            bytes in
            do throws(ProtobufReader.Failure) {
                let object = try ProtobufReader.object(bytes)
                try Self.check(object)
            } catch { return }
        }
    }

    private static func check(_ object: JSONValue) throws(ProtobufReader.Failure) {
        guard object["kind"]?.string != nil else { throw ProtobufReader.Failure(description: "no kind") }
    }
}
