package import Formats
package import Kubernetes

extension Capabilities {
    /// Reads what an API server says of itself, as Helm does.
    ///
    /// The answers are those of `/version`, `/api` and `/apis`, and the lists of `/api/v1` and `/apis/<group>/<version>`;
    /// of a group version that did not answer, its kinds alone are unknown.
    ///
    /// - Throws: where the version is none.
    package init(
        version: JSONValue, core: JSONValue, groups: JSONValue, resources: [JSONValue]
    ) throws(HelmError) {
        guard let text = version["gitVersion"]?.string, let major = version["major"]?.string,
            let minor = version["minor"]?.string
        else {
            throw HelmError("the server does not say its version: see whether its address is an API server's")
        }
        var names: [String] = (core["versions"]?.array ?? []).compactMap(\.string)
        for group in groups["groups"]?.array ?? [] {
            names += (group["versions"]?.array ?? []).compactMap { $0["groupVersion"]?.string }
        }
        for list in resources {
            guard let groupVersion = list["groupVersion"]?.string else { continue }
            // With subresources: `apps/v1/Scale` is a kind, too.
            names += (list["resources"]?.array ?? []).compactMap { $0["kind"]?.string }.map { "\(groupVersion)/\($0)" }
        }
        var known: Set<String> = []
        self.init(
            kubeVersion: KubeVersion(version: text, major: major, minor: minor),
            apiVersions: names.filter { known.insert($0).inserted })
    }
}

extension KubernetesClient {
    /// What the cluster can do, as a chart's templates see it; some thirty requests.
    package func capabilities() async throws -> Capabilities {
        let answers: DiscoveryAnswers = try await discoveryAnswers()
        return try Capabilities(
            version: answers.version, core: answers.core, groups: answers.groups, resources: answers.resources)
    }
}
