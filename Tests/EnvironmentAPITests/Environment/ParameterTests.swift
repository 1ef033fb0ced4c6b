import EnvironmentAPI
import Formats
import Kubernetes
import Testing

@Suite("Parameters") struct ParameterTests {
    private static let review = EnvironmentClass(from: KubernetesObject(Valid.virtualClass))

    private func violations(_ parameters: JSONValue) -> [Violation] {
        let environment = Environment(from: KubernetesObject(Valid.environment.setting("spec/parameters", parameters)))
        return environment.violations() + environment.violations(against: Self.review)
    }

    @Test(
        "accepts values of the type, the choice, the range and the pattern",
        arguments: [
            ["nodes": 1], ["nodes": 5, "kubernetesVersion": "1.35", "ha": true, "zone": "eu-1"],
        ] as [JSONValue])
    func accepts(_ parameters: JSONValue) {
        #expect(violations(parameters) == [])
    }

    @Test(
        "refuses every other, and says what to write",
        arguments: [
            ([:], "spec.parameters.nodes to a whole number from 1 to 5"),
            (["nodes": "3"], "spec.parameters.nodes is a string: write a whole number from 1 to 5"),
            (["nodes": 6], "spec.parameters.nodes is 6: write a whole number from 1 to 5"),
            (["nodes": 1, "ha": "yes"], "spec.parameters.ha is a string: write true or false, without quotes"),
            (["nodes": 1, "kubernetesVersion": "1.30"], "is \"1.30\": use one of \"1.35\", \"1.36\""),
            (["nodes": 1, "kubernetesVersion": 1], "is a number: write a string, in quotes"),
            (["nodes": 1, "zone": "Mars"], "spec.parameters.zone is Mars: write a text that matches ^[a-z]+-[0-9]$"),
            (["nodes": 1, "nods": 2], "no parameter nods: remove spec.parameters.nods; use one of kubernetesVersion"),
            (
                ["nodes": .double(1.5)],
                "spec.parameters.nodes is a number: write a string, a whole number, true or false"
            ),
        ] as [(JSONValue, String)])
    func refuses(_ parameters: JSONValue, _ message: String) {
        let messages = violations(parameters).map(\.message)
        #expect(messages.contains { $0.contains(message) }, "\(messages)")
    }

    @Test("values are the environment's, else the class's defaults")
    func effective() {
        let environment = Environment(
            from: KubernetesObject(Valid.environment.setting("spec/parameters", ["nodes": 3])))
        #expect(
            environment.effectiveParameters(in: Self.review.spec) == [
                "ha": false, "kubernetesVersion": "1.36", "nodes": 3,
            ])
    }
}
