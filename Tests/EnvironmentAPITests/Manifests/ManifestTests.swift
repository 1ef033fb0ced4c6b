import EnvironmentAPI
import Formats
import Foundation
import Testing

@Suite("Manifests") struct ManifestTests {
    private static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
        .joined(separator: "/")

    @Test("the committed files are the generated ones, and there are no others")
    func committed() throws {
        let files = Manifests.files()
        for file in files {
            let data = FileManager.default.contents(atPath: "\(Self.root)/\(file.path)") ?? Data()
            #expect(String(decoding: data, as: UTF8.self) == file.text, "run make generate: \(file.path) is stale")
        }
        let names = try #require(FileManager.default.enumerator(atPath: "\(Self.root)/Manifests"))
        let found = names.compactMap { $0 as? String }.filter { $0.hasSuffix(".yaml") }.map { "Manifests/\($0)" }
        #expect(Set(found) == Set(files.map(\.path)))
    }

    @Test("what is written reads back as what was generated", arguments: Manifests.Dialect.allCases)
    func readable(_ dialect: Manifests.Dialect) throws {
        let folder = dialect == .current ? "base" : "overlays/legacy"
        let texts = Manifests.files().filter {
            $0.path.hasPrefix("Manifests/\(folder)/") && !$0.path.hasSuffix("kustomization.yaml")
        }
        let read = try texts.sorted { $0.path < $1.path }.flatMap { try YAML.documents(in: Array($0.text.utf8)) }
        #expect(read == Manifests.documents(.init(dialect: dialect)))
    }

    @Test("what others need comes first: the namespace, then the definitions")
    func order() {
        let kinds = Manifests.documents().compactMap { $0["kind"]?.string }
        #expect(kinds.prefix(3) == ["Namespace", "CustomResourceDefinition", "CustomResourceDefinition"])
        #expect(kinds.last == "Deployment")
    }

    @Test("a legacy server gets nothing that it does not know")
    func legacy() {
        let documents = Manifests.documents(.init(dialect: .legacy))
        let known: Set<String> = [
            "v1", "apps/v1", "apiextensions.k8s.io/v1", "rbac.authorization.k8s.io/v1",
            "coordination.k8s.io/v1",
        ]
        #expect(documents.allSatisfy { known.contains($0["apiVersion"]?.string ?? "") })
        #expect(documents.allSatisfy { !$0.text().contains("x-kubernetes-validations") })
    }

    @Test("the namespace and the image are the installer's choice")
    func options() throws {
        let documents = Manifests.documents(.init(namespace: "factory", image: "registry.example/envfactory@sha256:0"))
        let text = JSONValue.array(documents).text()
        #expect(!text.contains("envfactory-system"))
        #expect(text.contains("system:serviceaccount:factory:envfactory"))
        #expect(text.contains("registry.example/envfactory@sha256:0"))
        let local = Manifests.documents(.init(includesDeployment: false))
        #expect(local.allSatisfy { $0["kind"] != "Deployment" })
    }

    @Test("what is installed never carries the label of what the operator makes")
    func labels() {
        for document in Manifests.documents() {
            #expect(document[path: "metadata", "labels", Words.Label.managedBy] == nil)
            #expect(document[path: "metadata", "labels", Words.Label.partOf] == "envfactory")
        }
    }

    @Test("the operator's pod meets the restricted standard that its namespace enforces")
    func restricted() throws {
        let deployment = try #require(Manifests.documents().first { $0["kind"] == "Deployment" })
        let pod = try #require(deployment[path: "spec", "template", "spec"])
        let container = try #require(pod["containers"]?.array?.first)
        #expect(pod[path: "securityContext", "runAsNonRoot"] == true)
        #expect(pod[path: "securityContext", "seccompProfile", "type"] == "RuntimeDefault")
        #expect(container[path: "securityContext", "allowPrivilegeEscalation"] == false)
        #expect(container[path: "securityContext", "capabilities", "drop"] == ["ALL"])
        #expect(container[path: "resources", "limits", "memory"] != nil)
    }

    @Test("the operator keeps its crash journal on a small volume that outlives the container")
    func journal() throws {
        let deployment = try #require(Manifests.documents().first { $0["kind"] == "Deployment" })
        let pod = try #require(deployment[path: "spec", "template", "spec"])
        let container = try #require(pod["containers"]?.array?.first)
        let mount = try #require(container["volumeMounts"]?.array?.first)
        let volume = try #require(pod["volumes"]?.array?.first)
        #expect(volume["name"] == mount["name"])
        #expect(volume["emptyDir"] == ["sizeLimit": "1Mi"])
        let path = try #require(container["args"]?.array?.compactMap(\.string).first { $0.hasPrefix("--journal=") })
        #expect(path.hasPrefix("--journal=\(try #require(mount["mountPath"]?.string))/"))
    }

    @Test("every policy fails closed and denies")
    func policies() {
        let documents = Manifests.documents()
        let policies = documents.filter { $0["kind"] == "ValidatingAdmissionPolicy" }
        let bindings = documents.filter { $0["kind"] == "ValidatingAdmissionPolicyBinding" }
        #expect(policies.count == 3)
        #expect(policies.allSatisfy { $0[path: "spec", "failurePolicy"] == "Fail" })
        #expect(bindings.allSatisfy { $0[path: "spec", "validationActions"] == ["Deny"] })
        #expect(
            Set(policies.map { $0[path: "metadata", "name"] }) == Set(bindings.map { $0[path: "spec", "policyName"] }))
    }
}
