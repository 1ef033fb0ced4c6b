import Formats

/// One rule of a role.
struct AccessRule: Sendable {
    var groups: [String]
    var resources: [String]
    var names: [String] = []
    var verbs: [String]

    init(_ group: String, _ resources: [String], _ verbs: [String], names: [String] = []) {
        self.init([group], resources, verbs, names: names)
    }

    init(_ groups: [String], _ resources: [String], _ verbs: [String], names: [String] = []) {
        self.groups = groups
        self.resources = resources
        self.verbs = verbs
        self.names = names
    }

    var json: JSONValue {
        var json: JSONValue = ["apiGroups": Manifests.texts(groups), "resources": Manifests.texts(resources)]
        json.put("resourceNames", names)
        json["verbs"] = Manifests.texts(verbs)
        return json
    }
}

/// The verbs, in the groups in which they are granted.
enum Verbs {
    static let read = ["get", "list", "watch"]
    static let write = ["get", "list", "watch", "create", "patch", "delete"]
    static let edit = ["get", "list", "watch", "create", "update", "patch", "delete"]
}

extension Manifests {
    static let accessGroup = "rbac.authorization.k8s.io"
    static let accessVersion = "rbac.authorization.k8s.io/v1"

    static func clusterRole(
        _ name: String,
        labels: [String] = [],
        _ comment: String,
        _ rules: [AccessRule]
    ) -> Document {
        Document(
            comment,
            object(accessVersion, "ClusterRole", name, labels: labels, [("rules", .array(rules.map(\.json)))])
        )
    }

    static func roleReference(_ kind: String, _ name: String) -> JSONValue {
        ["apiGroup": .string(accessGroup), "kind": .string(kind), "name": .string(name)]
    }
}
