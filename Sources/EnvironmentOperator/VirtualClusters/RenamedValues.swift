import EnvironmentAPI
import Formats
import Helm

/// A value of vCluster's chart that has another name, or is gone, since a version.
struct RenamedValue: Sendable {
    let old: [String]
    /// `nil` where nothing took its place.
    let new: [String]?
    let since: SemanticVersion

    private init(_ old: String, _ new: String?, since minor: UInt64) {
        self.old = Self.keys(old)
        self.new = new.map(Self.keys)
        since = SemanticVersion(major: 0, minor: minor, patch: 0)
    }

    private static func keys(_ path: String) -> [String] { path.split(separator: ".").map(String.init) }

    static let all: [RenamedValue] = [
        RenamedValue("experimental.multiNamespaceMode", "sync.toHost.namespaces", since: 26),
        RenamedValue("controlPlane.distro.k0s", "controlPlane.distro.k8s", since: 26),
        RenamedValue("experimental.isolatedControlPlane", nil, since: 28),
        RenamedValue("experimental.genericSync", nil, since: 28),
        RenamedValue(
            "policies.networkPolicy.outgoingConnections", "policies.networkPolicy.workload.publicEgress", since: 31),
        RenamedValue("sleepMode", "sleep.auto", since: 32),
        RenamedValue("external.platform.autoDelete", "deletion.auto", since: 32),
        RenamedValue("external.platform", "platform", since: 32),
        RenamedValue("external", nil, since: 32),
        RenamedValue("controlPlane.distro.k3s", "controlPlane.distro.k8s", since: 33),
        RenamedValue("sync.toHost.volumeSnapshots", nil, since: 36),
    ]

    /// What to do about values that are of another version of the chart.
    static func advice(on values: JSONValue, chart: String, version text: String) -> [String] {
        guard chart == "vcluster", let version = SemanticVersion(orNil: text) else { return [] }
        var told: [[String]] = []
        return all.compactMap { renamed in
            guard let advice = renamed.advice(on: values, version: version),
                !told.contains(where: { $0.starts(with: renamed.old) })
            else { return nil }
            told.append(renamed.old)
            return advice
        }
    }

    private func advice(on values: JSONValue, version: SemanticVersion) -> String? {
        let (oldName, newName) = (old.joined(separator: "."), new?.joined(separator: "."))
        let isNew = !(version < SemanticVersion(major: since.major, minor: since.minor, patch: since.patch))
        if isNew, values[keys: old].map({ !$0.isNull }) ?? false {
            return newName.map { "\(oldName) is called \($0) since chart \(since): rename it" }
                ?? "\(oldName) is gone since chart \(since): remove it"
        }
        if !isNew, let new, let newName, values[keys: new].map({ !$0.isNull }) ?? false, Self.isOnlyNew(new) {
            return "\(newName) is called \(oldName) before chart \(since): rename it, or use a newer chart"
        }
        return nil
    }

    /// Names that older charts do not have for something else.
    private static func isOnlyNew(_ path: [String]) -> Bool {
        path != ["controlPlane", "distro", "k8s"] && path != ["sync", "toHost", "namespaces"]
    }
}

extension SemanticVersion {
    /// Reads a version; `nil` where it is none.
    fileprivate init?(orNil text: String) {
        do { try self.init(text) } catch { return nil }
    }
}
