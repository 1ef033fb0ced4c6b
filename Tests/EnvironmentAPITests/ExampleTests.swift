import EnvironmentAPI
import Formats
import Foundation
import Kubernetes
import Testing

@Suite("Examples") struct ExampleTests {
    private static let folder =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        + "/examples"

    private static func documents() throws -> [KubernetesObject] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
            .sorted()
        return try names.flatMap { name in
            let data = try #require(FileManager.default.contents(atPath: "\(folder)/\(name)"))
            return try YAML.documents(in: Array(data)).map { KubernetesObject($0) }
        }
    }

    @Test("every class is in order")
    func classes() throws {
        let classes = try Self.documents().filter { $0.kind == "EnvironmentClass" }
        #expect(classes.count >= 3)
        for environmentClass in classes { #expect(EnvironmentClass(from: environmentClass).violations() == []) }
    }

    @Test("every environment is accepted by its class, in the order in which kubectl applies the files")
    func environments() throws {
        var classes: [EnvironmentClass] = []
        var namespaces: [String: SortedMap<String>] = [:]
        var accepted = 0
        for object in try Self.documents() {
            switch object.kind {
            case "Namespace": namespaces[object.name] = ObjectMetadata(of: object).labels
            case "EnvironmentClass": classes.append(EnvironmentClass(from: object))
            case "InferenceEndpoint": #expect(InferenceEndpoint(from: object).violations() == [], "\(object.name)")
            default:
                let environment = Environment(from: object)
                let labels = try #require(namespaces[environment.metadata.namespace])
                let context = Acceptance.Context(
                    environmentClass: classes.first { $0.metadata.name == environment.spec.environmentClassName },
                    namespaceLabels: labels, classes: classes)
                let acceptance = environment.acceptance(in: context)
                #expect(acceptance.isAccepted, "\(environment.metadata.name): \(acceptance.message)")
                #expect(acceptance.notes == [])
                accepted += 1
            }
        }
        #expect(accepted >= 5)
    }
}
