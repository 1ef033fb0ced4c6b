import Formats

extension KubernetesClient {
    package func serverVersion() async throws -> ServerVersion {
        let task = "read the server's version"
        let json = try await exchange(task) { try requests.get(path: ["version"]) }
        do { return try ServerVersion(json) } catch { throw Self.named(error, task) }
    }

    /// Reads what the server serves.
    ///
    /// A group version that does not answer is reported beside the others; that nothing answers is thrown.
    package func discover() async throws -> Discovery {
        var discovery = Discovery(resources: [], failures: [])
        var known: Set<String> = []
        for version in try await groupVersions() {
            do {
                for served in try await resources(of: version) {
                    // The preferred version comes first; a later one adds only what it alone has.
                    guard known.insert(served.resource.qualifiedName).inserted else { continue }
                    discovery.resources.append(served)
                }
            } catch let error as KubernetesError {
                discovery.failures.append(Discovery.Failure(groupVersion: version.text, error: error))
            }
        }
        discovery.resources.sort {
            ($0.resource.group, $0.resource.plural) < ($1.resource.group, $1.resource.plural)
        }
        return discovery
    }

    private struct GroupVersion {
        var group: String
        var version: String
        var text: String { group.isEmpty ? version : "\(group)/\(version)" }
    }

    /// Every version of every group, the preferred one of a group first.
    private func groupVersions() async throws -> [GroupVersion] {
        let (core, groups) = try await groupLists()
        return try Self.groupVersions(core, groups)
    }

    private func groupLists() async throws -> (core: JSONValue, groups: JSONValue) {
        let core = try await exchange("discover the core API") { try requests.get(path: ["api"]) }
        let groups = try await exchange("discover the API groups") { try requests.get(path: ["apis"]) }
        return (core, groups)
    }

    private static func groupVersions(_ core: JSONValue, _ groups: JSONValue) throws(KubernetesError) -> [GroupVersion]
    {
        guard let versions = core["versions"]?.array, let entries = groups["groups"]?.array else {
            throw KubernetesError(
                .malformedResponse, "cannot discover the API: the answer of /api or /apis holds no versions")
        }
        return versions.compactMap(\.string).map { GroupVersion(group: "", version: $0) }
            + entries.flatMap(Self.versions)
    }

    private static func versions(ofGroup json: JSONValue) -> [GroupVersion] {
        guard let group = json["name"]?.string else { return [] }
        let preferred = json[path: "preferredVersion", "version"]?.string
        let versions = (json["versions"]?.array ?? []).compactMap { $0["version"]?.string }
        let ordered = versions.filter { $0 == preferred } + versions.filter { $0 != preferred }
        return ordered.map { GroupVersion(group: group, version: $0) }
    }

    private func resources(of version: GroupVersion) async throws -> [ServedResource] {
        let json = try await resourceList(of: version)
        do {
            return try ServedResource.resources(in: json, group: version.group, version: version.version)
        } catch {
            throw Self.named(error, "discover \(version.text)")
        }
    }

    private func resourceList(of version: GroupVersion) async throws -> JSONValue {
        let path = version.group.isEmpty ? ["api", version.version] : ["apis", version.group, version.version]
        return try await exchange("discover \(version.text)") { try requests.get(path: path) }
    }
}

extension KubernetesClient {
    /// Reads what the server says of itself, for those who make something else of it than a ``Discovery``.
    ///
    /// A group version that does not answer is left out.
    package func discoveryAnswers() async throws -> DiscoveryAnswers {
        let version = try await exchange("read the server's version") { try requests.get(path: ["version"]) }
        let (core, groups) = try await groupLists()
        var answers = DiscoveryAnswers(version: version, core: core, groups: groups, resources: [])
        for version in try Self.groupVersions(core, groups) {
            do {
                answers.resources.append(try await resourceList(of: version))
            } catch is KubernetesError {
                continue
            }
        }
        return answers
    }
}
