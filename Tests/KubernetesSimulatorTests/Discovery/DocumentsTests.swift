import Formats
import HTTPModel
import Kubernetes
import TestSupport
import Testing

@testable import KubernetesSimulator

@Suite("Documents of the API")
struct DocumentsTests {
    private let cluster = SimulatedCluster()

    private func answer(_ target: String, accept: String = "application/json") async throws -> HTTPResponse {
        try await cluster.server.transport(as: .admin).send(HTTPRequest(.get, target, headers: ["Accept": accept]))
    }

    private func json(_ target: String, accept: String = "application/json") async throws -> JSONValue {
        try JSONValue(parsing: try await answer(target, accept: accept).body)
    }

    /// Every resource and subresource, from discovery in its separate form.
    private func separate() async throws -> Set<String> {
        var names: Set<String> = []
        var paths = ["/api/v1"]
        for group in try await json("/apis")["groups"]?.array ?? [] {
            paths += group.items("versions").compactMap { $0["groupVersion"]?.string }.map { "/apis/\($0)" }
        }
        for path in paths {
            let list = try await json(path)
            for resource in list.items("resources") {
                names.insert("\(list["groupVersion"]?.string ?? "") \(resource["name"]?.string ?? "")")
            }
        }
        return names
    }

    @Test("discovery at once says what discovery one by one says", arguments: ["v2", "v2beta1"])
    func aggregated(version: String) async throws {
        let accept = "application/json;g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList,application/json"
        var names: Set<String> = []
        for path in ["/api", "/apis"] {
            let response = try await answer(path, accept: accept)
            let type = response.headers["Content-Type"] ?? ""
            #expect(type == "application/json;g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList")
            for group in try JSONValue(parsing: response.body).items("items") {
                let name = group[path: "metadata", "name"]?.string.map { "\($0)/" } ?? ""
                for version in group.items("versions") {
                    for resource in version.items("resources") {
                        let text = "\(name)\(version["version"]?.string ?? "") \(resource["resource"]?.string ?? "")"
                        names.insert(text)
                        for part in resource.items("subresources") {
                            names.insert("\(text)/\(part["subresource"]?.string ?? "")")
                        }
                    }
                }
            }
        }
        #expect(names == (try await separate()))
        #expect(names.contains("apps/v1 deployments/scale"))
    }

    @Test("each group's document names its kinds, and what a write may be asked")
    func openAPI() async throws {
        let index = try await json("/openapi/v3")
        let address = try #require(index[path: "paths", "apis/apps/v1", "serverRelativeURL"]?.string)
        let document = try await json(address)
        let path = "/apis/apps/v1/namespaces/{namespace}/deployments/{name}"
        let patch = try #require(document[path: "paths", path, "patch"])
        #expect(patch["x-kubernetes-group-version-kind"] == ["group": "apps", "version": "v1", "kind": "Deployment"])
        let parameters = patch.items("parameters").compactMap { $0["name"]?.string }
        #expect(parameters == ["dryRun", "fieldManager", "fieldValidation", "force"])
        let schema = document[path: "components", "schemas", "io.k8s.api.apps.v1.Deployment"]
        #expect(schema?[path: "properties", "spec", "properties", "template", "type"] == "object")
        #expect(try await answer("/openapi/v3/apis/nothing/v1").status == 404)
        #expect(try await answer("/openapi/v3", accept: "*/*").status == 200)
    }

    @Test("unknown fields are refused, told or passed over, as the request asks")
    func fieldValidation() async throws {
        func create(_ validation: String, _ name: String) async throws -> HTTPResponse {
            let body: JSONValue = ["metadata": ["name": .string(name)], "dat": [:], "data": ["a": "b"]]
            let target = "/api/v1/namespaces/default/configmaps?fieldValidation=\(validation)"
            return try await cluster.server.transport(as: .admin).send(
                HTTPRequest(.post, target, headers: ["Content-Type": "application/json"], body: body.encoded()))
        }
        #expect(try await create("Strict", "a").status == 400)
        let warned = try await create("Warn", "b")
        #expect(warned.status == 201)
        #expect(warned.headers["Warning"] == #"299 - "unknown field \"dat\"""#)
        let ignored = try await create("Ignore", "c")
        #expect(ignored.status == 201 && ignored.headers["Warning"] == nil)
        #expect(try await create("Loud", "d").status == 422)
    }

    @Test("replicas are read and written by their own subresource")
    func scale() async throws {
        let admin = cluster.server.transport(as: .admin)
        let pod: JSONValue = [
            "metadata": ["labels": ["a": "b"]], "spec": ["containers": [["name": "c", "image": "i"]]],
        ]
        let body: JSONValue = [
            "metadata": ["name": "d"],
            "spec": ["replicas": 1, "selector": ["matchLabels": ["a": "b"]], "template": pod],
        ]
        let place = "/apis/apps/v1/namespaces/default/deployments"
        _ = try await admin.send(
            HTTPRequest(.post, place, headers: ["Content-Type": "application/json"], body: body.encoded()))
        let shown = try await json("\(place)/d/scale")
        #expect(shown["kind"] == "Scale" && shown[path: "spec", "replicas"] == 1)
        #expect(shown[path: "status", "selector"] == "a=b")
        func patch(_ text: String) async throws -> HTTPResponse {
            try await admin.send(
                HTTPRequest(
                    .patch, "\(place)/d/scale", headers: ["Content-Type": "application/merge-patch+json"],
                    body: Array(text.utf8)))
        }
        #expect(try await patch(#"{"spec":{"replicas":4}}"#).status == 200)
        #expect(try await json("\(place)/d")[path: "spec", "replicas"] == 4)
        #expect(try await patch(#"{"spec":{"replicas":-1}}"#).status == 422)
        #expect(try await patch(#"{"metadata":{"resourceVersion":"1"},"spec":{"replicas":2}}"#).status == 409)
    }
}
