package import Formats

/// What an administrator installs: made here, written to `Manifests/`, never edited by hand.
package enum Manifests {
    /// What the server that receives the manifests knows.
    package enum Dialect: Sendable, Hashable, CaseIterable {
        /// Kubernetes 1.30 and newer.
        case current
        /// 1.20: no rules in definitions, no admission policies.
        case legacy
    }

    package struct Options: Sendable, Hashable {
        package var dialect: Dialect
        /// Where the operator lives.
        package var namespace: String
        package var image: String
        /// Left out where the operator runs outside the cluster.
        package var includesDeployment: Bool

        package init(
            dialect: Dialect = .current,
            namespace: String = Words.Installation.namespace,
            image: String = Words.Installation.image,
            includesDeployment: Bool = true
        ) {
            self.dialect = dialect
            self.namespace = namespace
            self.image = image
            self.includesDeployment = includesDeployment
        }

        /// The operator's name as the API server writes it.
        var username: String { "system:serviceaccount:\(namespace):\(Words.Installation.serviceAccount)" }
    }

    /// Every object of an installation, in the order in which they must be applied.
    package static func documents(_ options: Options = Options()) -> [JSONValue] {
        groups(options).flatMap(\.documents).map(\.json)
    }

    /// The objects by the file that holds them; the order of the names is the order to apply them in.
    static func groups(_ options: Options) -> [Group] {
        var groups: [Group] = [
            Group("00-namespace", [namespace(options)]),
            Group("10-definitions", definitions(options)),
            Group("20-operator-roles", operatorRoles()),
            Group("21-environment-roles", environmentRoles()),
            Group("22-user-roles", userRoles()),
            Group("30-operator-account", operatorAccount(options)),
            Group("31-own-namespace", ownNamespace(options)),
        ]
        if options.dialect == .current { groups.append(Group("40-admission-policies", admissionPolicies(options))) }
        if options.includesDeployment { groups.append(Group("50-operator", [deployment(options)])) }
        return groups
    }

    /// On everything that is installed; the managed label stays with what the operator makes.
    static let labels = JSONValue.object(JSONObject(unique: [(Words.Label.partOf, "envfactory")]))
}

extension Manifests {
    /// One object, and what its reader should know.
    struct Document: Sendable {
        var comment: String
        var json: JSONValue

        init(_ comment: String, _ json: JSONValue) {
            self.comment = comment
            self.json = json
        }
    }

    /// Objects that are applied together.
    struct Group: Sendable {
        var name: String
        var documents: [Document]

        init(_ name: String, _ documents: [Document]) {
            self.name = name
            self.documents = documents
        }
    }

    /// An object with our labels on it.
    static func object(
        _ apiVersion: String,
        _ kind: String,
        _ name: String,
        namespace: String? = nil,
        labels more: [String] = [],
        _ members: [(String, JSONValue)]
    ) -> JSONValue {
        var labels = self.labels
        for label in more { labels[label] = "true" }
        var metadata: JSONValue = ["name": .string(name)]
        metadata.put("namespace", namespace)
        metadata["labels"] = labels
        var json: JSONValue = ["apiVersion": .string(apiVersion), "kind": .string(kind), "metadata": metadata]
        for (key, value) in members { json[key] = value }
        return json
    }

    static func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}
