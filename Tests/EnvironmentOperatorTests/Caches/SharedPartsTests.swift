import EnvironmentAPI
import Formats
import Kubernetes
import Testing

@testable import EnvironmentOperator

@Suite("What many environments say alike is kept once")
struct SharedPartsTests {
    private func environment(_ uid: String, _ spec: JSONValue, message: String) -> Environment {
        var environment = Environment(
            from: KubernetesObject(["metadata": ["name": "pr-1", "namespace": "team", "uid": .string(uid)]]))
        environment.status.resolvedClass = .init(name: "review", uid: "1", generation: 2, spec: spec)
        environment.status.conditions = [
            Condition(
                type: "Ready", status: .isTrue, reason: "Ready", message: message, observedGeneration: 1,
                lastTransitionTime: Timestamp(sinceEpoch: .zero))
        ]
        return environment
    }

    @Test("an environment stays what it is, whatever another one said of the same class")
    func equality() {
        let parts = SharedParts()
        let honest = environment("1", ["isolation": "Namespace"], message: "All is as it should be.")
        let forged = environment("2", ["isolation": "None"], message: "All is lost.")
        for one in [honest, forged, honest, forged] { #expect(parts.sharing(one) == one) }
    }

    @Test("many more than are kept stay what they are")
    func limit() {
        let parts = SharedParts()
        for index in 0..<5_000 {
            var one = environment("\(index)", ["index": .integer(Int64(index))], message: "message \(index)")
            one.status.resolvedClass?.generation = Int64(index)
            #expect(parts.sharing(one) == one)
        }
    }

    @Test("the text of a message and the members of a class are the same storage afterwards")
    func storage() throws {
        let parts = SharedParts()
        let text = "All objects are as the class says."
        let first = parts.sharing(environment("1", ["isolation": "Namespace"], message: text))
        let second = parts.sharing(
            environment("2", ["isolation": "Namespace"], message: String(decoding: text.utf8, as: UTF8.self)))
        #expect(try address(first) == address(second))
    }

    @Test("the keys of labels are the same storage afterwards, and their values stay")
    func labels() throws {
        let parts = SharedParts()
        let addresses = try (0..<2).map { index in
            let key = String(decoding: "pod-security.kubernetes.io/enforce".utf8, as: UTF8.self)
            var object = KubernetesObject(["kind": "Namespace", "metadata": ["name": "team", "labels": ["zone": "a"]]])
            object["metadata"]?["labels"]?[key] = .string("baseline-\(index)")
            let namespace = NamespaceElement(object)
            let shared = parts.sharing(namespace)
            #expect(shared == namespace)
            var first = try #require(shared.labels.keys.first)
            return first.withUTF8 { UInt(bitPattern: $0.baseAddress) }
        }
        #expect(addresses[0] == addresses[1])
    }

    /// Where the bytes of the first message lie.
    private func address(_ environment: Environment) throws -> UInt {
        var message = try #require(environment.status.conditions.first).message
        return message.withUTF8 { UInt(bitPattern: $0.baseAddress) }
    }
}
