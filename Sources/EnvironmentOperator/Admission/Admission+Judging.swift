package import EnvironmentAPI
import Formats

extension Admission {
    /// Judges an environment by what the caches know.
    ///
    /// One that was accepted keeps the class as it was resolved, if the class is lost or goes wrong: a mistake in a
    /// class must not take environments down that run.
    package init(_ environment: Environment, _ view: any EnvironmentView) {
        switch Self.judge(environment, view) {
        case .refused(let reason, let message) where reason.isOfTheClass:
            guard let resolved = environment.status.resolvedClass else {
                self = .refused(reason, message)
                return
            }
            self = .accepted(EnvironmentClass.Spec(json: resolved.spec), resolved)
        case let judged: self = judged
        }
    }

    private static func judge(_ environment: Environment, _ view: any EnvironmentView) -> Admission {
        let own = environment.violations
        guard own.isEmpty else { return .refused(.invalid, text(own)) }
        let name = environment.spec.environmentClassName
        guard let environmentClass = view.environmentClass(name) else {
            return .refused(
                .classNotFound,
                "The class \(name.shown) does not exist: name one that 'envfactory class list' shows, or create it.")
        }
        guard environmentClass.violations.isEmpty else {
            return .refused(
                .classInvalid, "The class \(name.shown) is in error: \(text(environmentClass.violations))")
        }
        if let unsupported = environment.unsupported(by: environmentClass) {
            return .refused(.notSupported, unsupported)
        }
        return judge(environment, environmentClass, view)
    }

    private static func judge(
        _ environment: Environment,
        _ environmentClass: EnvironmentClass,
        _ view: any EnvironmentView
    ) -> Admission {
        let namespace = environment.metadata.namespace
        if let selector = environmentClass.spec.usage.namespaceSelector {
            guard let labels = view.labels(ofNamespace: namespace), selector.matches(labels) else {
                return .refused(
                    .notAllowed,
                    "The class \(environmentClass.metadata.name) is not for the namespace \(namespace): use another "
                        + "class, or have its owner extend spec.usage.namespaceSelector.")
            }
        }
        let excess = environment.violations(against: environmentClass)
        guard excess.isEmpty else { return .refused(.exceedsClass, text(excess)) }
        if let full = limitReached(environment, environmentClass, view) { return .refused(.limitReached, full) }
        let resolved = Environment.Status.ResolvedClass(
            uid: environmentClass.metadata.uid,
            generation: environmentClass.metadata.generation,
            spec: environmentClass.spec.json
        )
        return .accepted(environmentClass.spec, resolved)
    }

    /// Whoever came first has the place, and keeps it.
    private static func limitReached(
        _ environment: Environment,
        _ environmentClass: EnvironmentClass,
        _ view: any EnvironmentView
    ) -> String? {
        let usage = environmentClass.spec.usage
        guard environment.status.resolvedClass == nil else { return nil }
        guard usage.maxEnvironments != nil || usage.maxEnvironmentsPerNamespace != nil else { return nil }
        let others = view.competitors(of: environment)
        let name = environmentClass.metadata.name
        if let limit = usage.maxEnvironments, Int64(others.ofClass) >= limit {
            return "The class \(name) has \(limit) environments, its maximum: delete one, or wait until one ends."
        }
        if let limit = usage.maxEnvironmentsPerNamespace, Int64(others.inNamespace) >= limit {
            return "The namespace \(environment.metadata.namespace) has \(limit) environments of the class \(name), "
                + "its maximum: delete one, or wait until one ends."
        }
        return nil
    }

    /// All violations at once, one a sentence.
    private static func text(_ violations: [Violation]) -> String {
        violations.map(\.message).joined(separator: " ")
    }
}

extension AcceptedReason {
    /// The class's owner must act, and not the environment's.
    fileprivate var isOfTheClass: Bool { self == .classNotFound || self == .classInvalid }
}
