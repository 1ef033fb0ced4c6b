import EnvironmentAPI
import Formats
import Kubernetes
import Testing

@Suite("Misoperations") struct InvalidObjectTests {
    @Test("D1: the operator refuses a time to live that is none", arguments: Invalid.times)
    func times(_ object: ObjectCase) throws {
        let violations = object.violations
        #expect(violations.map(\.path) == ["spec.ttl"])
        #expect(violations.map(\.rule) == [object.rule])
        // Never "expired": what could not be read is not there, and the class's default holds.
        #expect(Environment(from: KubernetesObject(object.json)).spec.ttl == nil)
    }

    @Test("D3: the operator refuses an amount that is none", arguments: Invalid.amounts)
    func amounts(_ object: ObjectCase) {
        #expect(object.violations.count == 1)
        #expect(object.violations.first?.path.hasPrefix("spec.quota.hard") == true)
    }

    @Test("D4: the operator refuses a name that is none, and prints it escaped", arguments: Invalid.names)
    func names(_ object: ObjectCase) throws {
        let violation = try #require(object.violations.first)
        #expect(violation.path == "metadata.name")
        #expect(violation.message.utf8.allSatisfy { (0x20...0x7E).contains($0) })
        #expect(violation.message.utf8.count < 400)
        if let rule = object.rule { #expect(object.violations.map(\.rule) == [rule]) }
    }

    @Test(
        "D6: the operator refuses what breaks a rule, also where the API server knows none",
        arguments: Invalid.rules + Invalid.endpointRules)
    func rules(_ object: ObjectCase) {
        #expect(object.violations.map(\.rule) == [object.rule])
    }

    @Test("the operator refuses everything else that is out of order", arguments: Invalid.others + Invalid.endpoints)
    func others(_ object: ObjectCase) {
        #expect(!object.violations.isEmpty)
        #expect(object.violations.allSatisfy { $0.message.contains(": ") })
    }

    @Test("every rule has an object that breaks it")
    func everyRuleIsBroken() {
        let broken = Set(Invalid.all.compactMap(\.rule))
        #expect(broken == Set(Rule.allCases))
    }

    @Test(
        "objects with every field set are in order",
        arguments: [Valid.environment, Valid.namespaceClass, Valid.virtualClass, Valid.inferenceEndpoint])
    func valid(_ json: JSONValue) {
        #expect(ObjectCase("valid", .accepted, json).violations == [])
    }

    @Test("all that is wrong is reported at once")
    func allAtOnce() {
        let json = Valid.environment
            .setting("metadata/name", "kube-X")
            .setting("spec/environmentClassName", "")
            .setting("spec/ttl", "7d")
            .setting("spec/quota/hard/pods", "-1")
            .setting("spec/access/0/kind", "Robot")
            .setting("spec/suspend", "yes")
            .setting("spec/tlt", "24h")
        let paths = Set(ObjectCase("many", .definition, json).violations.map(\.path))
        #expect(
            paths == [
                "metadata.name", "spec.environmentClassName", "spec.ttl", "spec.quota.hard.pods", "spec.access[0].kind",
                "spec.suspend", "spec.tlt",
            ])
    }

    @Test("days are refused with the hours to write instead")
    func days() {
        let message = ObjectCase("days", .definition, Valid.environment.setting("spec/ttl", "7d")).violations.first?
            .message
        #expect(message?.hasPrefix("spec.ttl: ") == true)
        #expect(message?.contains("168h") == true)
    }
}
