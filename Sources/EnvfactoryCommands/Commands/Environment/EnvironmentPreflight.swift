import EnvironmentAPI
import Formats
import Kubernetes

/// Looks at a wish before it is sent: what the operator would refuse is said at once, and leaves nothing behind.
struct EnvironmentPreflight: Sendable {
    let client: KubernetesClient

    /// The class; `nil` where the user may not read classes, since the operator will look anyway.
    func environmentClass(_ name: String) async throws -> EnvironmentClass? {
        guard !name.isEmpty else { return nil }
        do {
            if let object = try await client.find(ObjectKey(.environmentClasses, name: name)) {
                return EnvironmentClass(from: object)
            }
        } catch let error as KubernetesError where error.code == .forbidden {
            return nil
        }
        throw try await unknownClass(name)
    }

    private func unknownClass(_ name: String) async throws -> CommandFailure {
        var names: [String] = []
        do {
            names = try await client.listAll(.environmentClasses).items.map(\.name)
        } catch let error as KubernetesError where error.code == .forbidden {
            names = []
        }
        let near = Suggestion.nearest(to: name, among: names).map { "did you mean \($0)?" }
        let known =
            names.isEmpty ? "ask whoever runs this cluster for one" : "there are \(names.joined(separator: ", "))"
        return CommandFailure(.rejected, "there is no EnvironmentClass \(name): \(near ?? known)")
    }

    /// - Throws: everything that is wrong with the environment, by itself and against its class.
    func check(
        _ environment: Environment,
        _ environmentClass: EnvironmentClass?,
        _ violations: [Violation] = []
    ) throws(CommandFailure) {
        var found = violations + environment.violations()
        if let environmentClass { found += environment.violations(against: environmentClass) }
        guard found.isEmpty else {
            throw CommandFailure(
                .rejected, "environment \(environment.metadata.name) would be refused: correct this and try again",
                details: found.map(\.message))
        }
    }
}
