package import Formats

/// What somebody would do to a resource, for a review of whether they may.
package struct ResourceAttributes: Sendable, Hashable {
    /// `get`, `create`, `bind`, or another.
    package var verb: String
    package var group: String
    /// `*` for all.
    package var resource: String
    package var subresource: String?
    /// `nil` for cluster-scoped resources, and for all namespaces.
    package var namespace: String?
    /// `nil` for all names.
    package var name: String?

    package init(
        verb: String,
        group: String = "",
        resource: String,
        subresource: String? = nil,
        namespace: String? = nil,
        name: String? = nil
    ) {
        self.verb = verb
        self.group = group
        self.resource = resource
        self.subresource = subresource
        self.namespace = namespace
        self.name = name
    }

    package init(
        _ verb: String,
        _ resource: APIResource,
        subresource: Subresource? = nil,
        namespace: String? = nil,
        name: String? = nil
    ) {
        self.init(
            verb: verb, group: resource.group, resource: resource.plural, subresource: subresource?.rawValue,
            namespace: namespace, name: name)
    }

    var json: JSONValue {
        var json: JSONValue = ["verb": .string(verb), "group": .string(group), "resource": .string(resource)]
        json["subresource"] = subresource.map(JSONValue.string)
        json["namespace"] = namespace.map(JSONValue.string)
        json["name"] = name.map(JSONValue.string)
        return json
    }
}

/// The API server's answer to "may they?".
package struct AccessReview: Sendable, Hashable {
    package var isAllowed: Bool
    /// In the server's words; often empty.
    package var reason: String

    package init(isAllowed: Bool, reason: String) {
        self.isAllowed = isAllowed
        self.reason = reason
    }
}

/// What the asker may do in one namespace.
package struct RulesReview: Sendable, Hashable {
    package struct Rule: Sendable, Hashable {
        package var verbs: [String]
        package var groups: [String]
        package var resources: [String]
        /// Empty: all names.
        package var resourceNames: [String]

        package init(verbs: [String], groups: [String], resources: [String], resourceNames: [String] = []) {
            self.verbs = verbs
            self.groups = groups
            self.resources = resources
            self.resourceNames = resourceNames
        }
    }

    package var rules: [Rule]
    /// An authorizer could not list its rules: more may be allowed than is told.
    package var isIncomplete: Bool

    package init(rules: [Rule], isIncomplete: Bool) {
        self.rules = rules
        self.isIncomplete = isIncomplete
    }
}

/// Who a bearer token belongs to.
package struct TokenReview: Sendable, Hashable {
    package var username: String
    package var groups: [String]

    package init(username: String, groups: [String]) {
        self.username = username
        self.groups = groups
    }
}

/// A service account's token.
package struct ServiceAccountToken: Sendable, Hashable {
    package var token: Redacted<String>
    package var expiresAt: Timestamp

    package init(token: Redacted<String>, expiresAt: Timestamp) {
        self.token = token
        self.expiresAt = expiresAt
    }

    /// The object with whose end a token becomes invalid.
    package struct BoundObject: Sendable, Hashable {
        package var apiVersion: String
        /// `Pod`, `Secret`, newer servers also `Node`.
        package var kind: String
        package var name: String
        package var uid: String

        package init(apiVersion: String = "v1", kind: String, name: String, uid: String) {
            self.apiVersion = apiVersion
            self.kind = kind
            self.name = name
            self.uid = uid
        }
    }
}
