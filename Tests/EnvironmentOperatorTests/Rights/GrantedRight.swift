import EnvironmentAPI
import Formats
import KubernetesSimulator

/// One verb on one resource that a role gives the operator, as the manifests say it.
struct GrantedRight: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Which of the operator's three roles gives it, the narrower ones first.
    enum Scope: String, Sendable, CaseIterable {
        case ownNamespace = "envfactory"
        case environments = "envfactory-in-namespace"
        case everywhere = "envfactory-core"
    }

    var scope: Scope
    var verb: String
    var group: String
    var resource: String
    /// Empty: all names.
    var name = ""

    var description: String {
        let suffix = (group.isEmpty ? "" : ".\(group)") + (name.isEmpty ? "" : " \(name)")
        return "\(scope.rawValue): \(verb) \(resource)\(suffix)"
    }

    static func < (one: GrantedRight, other: GrantedRight) -> Bool { one.description < other.description }

    /// Whether the right gives what was asked for.
    func gives(_ access: AccessRecord, managed: Set<String>) -> Bool {
        guard access.verb == verb, access.group == group, access.resource == resource,
            name.isEmpty || name == access.name
        else { return false }
        switch scope {
        case .everywhere: return true
        case .environments: return managed.contains(access.namespace)
        case .ownNamespace: return access.namespace == Words.Installation.namespace
        }
    }

    /// All that the installation gives the operator.
    static let all: [GrantedRight] = Scope.allCases.flatMap { scope in
        let kind = scope == .ownNamespace ? "Role" : "ClusterRole"
        let role = Manifests.documents().first {
            $0["kind"]?.string == kind && $0[path: "metadata", "name"]?.string == scope.rawValue
        }
        return (role?["rules"]?.array ?? []).flatMap { rights(of: $0, scope) }
    }

    private static func rights(of rule: JSONValue, _ scope: Scope) -> [GrantedRight] {
        func list(_ key: String) -> [String] { rule[key]?.array?.compactMap(\.string) ?? [] }
        let names = list("resourceNames").isEmpty ? [""] : list("resourceNames")
        return list("apiGroups").flatMap { group in
            list("resources").flatMap { resource in
                list("verbs").flatMap { verb in
                    names.map { GrantedRight(scope: scope, verb: verb, group: group, resource: resource, name: $0) }
                }
            }
        }
    }
}
