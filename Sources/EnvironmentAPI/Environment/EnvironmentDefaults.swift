package import Formats

/// What holds for an environment once its class has its say.
extension Environment {
    /// The wished time to live, or the class's default; never more than the class's maximum.
    package func effectiveTTL(in spec: EnvironmentClass.Spec) -> Duration {
        min(self.spec.ttl ?? spec.lifetime.effectiveDefault, spec.lifetime.maximum)
    }

    /// Whether the class cuts the wished time to live.
    package func isCapped(by spec: EnvironmentClass.Spec) -> Bool {
        (self.spec.ttl ?? .zero) > spec.lifetime.maximum
    }

    /// Who may use the environment: whom it names, or the service accounts beside it, and always whom the class names.
    package func effectiveAccess(in spec: EnvironmentClass.Spec) -> [Subject] {
        var subjects = self.spec.access.isEmpty ? [.serviceAccounts(of: metadata.namespace)] : self.spec.access
        for subject in spec.access where !subjects.contains(subject) { subjects.append(subject) }
        return subjects
    }

    /// The class's quota, tightened by the environment's; never looser, also where the class changed afterwards.
    package func effectiveQuota(in spec: EnvironmentClass.Spec) -> ResourceList {
        var quota = spec.quota
        for (name, amount) in self.spec.quota.map({ ($0.key, $0.value) }) {
            quota[name] = quota[name].map { min($0, amount) } ?? amount
        }
        return quota
    }

    /// Every parameter of the class that has a value, by name.
    package func effectiveParameters(in spec: EnvironmentClass.Spec) -> SortedMap<JSONValue> {
        SortedMap(
            spec.parameters.compactMap { parameter in
                (self.spec.parameters[parameter.name] ?? parameter.default).map { (parameter.name, $0) }
            }
        )
    }
}

extension Subject {
    /// All service accounts of a namespace.
    package static func serviceAccounts(of namespace: String) -> Subject {
        Subject(kind: .group, name: "\(serviceAccountsPrefix)\(namespace)")
    }

    static let serviceAccountsPrefix = "system:serviceaccounts:"
    static let systemPrefix = "system:"
}
