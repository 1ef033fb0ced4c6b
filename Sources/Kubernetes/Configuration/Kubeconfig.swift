import Formats

/// What kubeconfig files say, merged as kubectl merges them.
package struct Kubeconfig: Sendable, Hashable {
    struct Cluster: Sendable, Hashable {
        var server: String?
        var certificateAuthority: ConnectionSettings.Material?
        var tlsServerName: String?
        var isInsecure: Bool
        var proxyURL: Redacted<String>?
        var disablesCompression: Bool
        /// What an exec plugin is told beside the rest: the extension of that plugin's API group.
        var execConfiguration: JSONValue?
    }

    struct User: Sendable, Hashable {
        var certificate: ConnectionSettings.Material?
        var key: ConnectionSettings.Material?
        var token: Redacted<String>?
        var tokenFile: String?
        var username: String?
        var password: Redacted<String>?
        var exec: ConnectionSettings.ExecPlugin?
        var wantsClusterInfo = false
        var authProvider: String?
        var impersonation: ConnectionSettings.Impersonation?
    }

    struct Context: Sendable, Hashable {
        var cluster: String
        var user: String
        var namespace: String?
    }

    struct Named<Value: Sendable & Hashable>: Sendable, Hashable {
        var name: String
        var value: Value
        /// Where it is said, for messages.
        var file: String
    }

    var clusters: [Named<Cluster>] = []
    var users: [Named<User>] = []
    var contexts: [Named<Context>] = []
    package internal(set) var currentContext: String?

    package init() {}

    /// The names of all contexts, in the order of the files.
    package var contextNames: [String] { contexts.map(\.name) }

    /// Says nothing at all.
    var isEmpty: Bool { clusters.isEmpty && users.isEmpty && contexts.isEmpty && currentContext == nil }

    /// Adds what `other` says of things that nothing was said of before.
    mutating func merge(_ other: Kubeconfig) {
        Self.add(other.clusters, to: &clusters)
        Self.add(other.users, to: &users)
        Self.add(other.contexts, to: &contexts)
        currentContext = currentContext ?? other.currentContext
    }

    private static func add<Value>(_ more: [Named<Value>], to entries: inout [Named<Value>]) {
        let names = Set(entries.map(\.name))
        entries += more.filter { !names.contains($0.name) }
    }
}
