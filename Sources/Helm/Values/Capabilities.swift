package import Formats

/// What a cluster can do, as templates see it.
package struct Capabilities: Sendable, Hashable {
    package struct KubeVersion: Sendable, Hashable, CustomStringConvertible {
        /// In full: `v1.33.4-gke.1245000`.
        package var version: String
        package var major: String
        package var minor: String
        /// What constraints are compared with, and what a template prints.
        package var description: String

        /// Takes what an API server says of itself.
        package init(version: String, major: String, minor: String) {
            (self.version, self.major, self.minor) = (version, major, minor)
            description = version
        }

        /// Takes a version that somebody wrote, of which constraints then see the numbers alone.
        package init(parsing text: String) throws(HelmError) {
            let digits: Substring = Substring(text.hasPrefix("v") ? String(text.dropFirst()) : text)
            let numbers: [Substring] = digits.prefix { $0 == "." || $0.isASCII && $0.isNumber }
                .split(separator: ".", omittingEmptySubsequences: false)
            guard numbers.count >= 2, numbers.allSatisfy({ UInt32($0) != nil }) else {
                throw HelmError("\"\(text)\" is no version of Kubernetes: write one such as v1.33.4")
            }
            (major, minor) = (String(numbers[0]), String(numbers[1]))
            version = text.hasPrefix("v") ? text : "v\(text)"
            description = "v\(numbers.joined(separator: "."))"
        }
    }

    package var kubeVersion: KubeVersion
    /// `apps/v1`, and also `apps/v1/Deployment`.
    package var apiVersions: [String]
    /// What `.Capabilities.HelmVersion` says.
    package var helmVersion: JSONValue

    /// The Helm that charts are rendered as; many refuse one that is too old.
    package static let imitatedHelm: JSONValue = [
        "Version": "v4.2.4", "GitCommit": "", "GitTreeState": "clean", "GoVersion": "go1.26",
        "KubeClientVersion": "v1.36",
    ]

    package init(kubeVersion: KubeVersion, apiVersions: [String], helmVersion: JSONValue = imitatedHelm) {
        (self.kubeVersion, self.apiVersions, self.helmVersion) = (kubeVersion, apiVersions, helmVersion)
    }

    /// What `.Capabilities.APIVersions.Has` answers.
    package func has(_ apiVersion: String) -> Bool { apiVersions.contains(apiVersion) }
}

extension Chart {
    /// Refuses a cluster that the chart is not for.
    package func check(_ capabilities: Capabilities) throws(HelmError) {
        let wanted: String = metadata.kubeVersion
        guard !wanted.isEmpty, !VersionConstraint.isCompatible("\(capabilities.kubeVersion)", with: wanted) else {
            return
        }
        throw HelmError(
            "\(name) \(metadata.version) is for Kubernetes \(wanted), and the cluster has "
                + "\(capabilities.kubeVersion.version): choose another version of the chart")
    }
}
