package import EnvironmentAPI

extension Admission {
    /// Judges an environment by what the caches know.
    ///
    /// One that was accepted keeps the class as it was resolved, if the class is lost or goes wrong: a mistake in a
    /// class must not take environments down that run.
    package init(_ environment: Environment, _ view: any EnvironmentView) {
        let environmentClass = view.environmentClass(environment.spec.environmentClassName)
        let resolved = environment.status.resolvedClass
        let acceptance = environment.acceptance(among: view)
        switch (acceptance.reason, environmentClass, resolved) {
        case (.accepted, let environmentClass?, _):
            self = .accepted(environmentClass.spec, Self.resolved(environmentClass), acceptance.message)
        case (.classNotFound, _, let resolved?), (.classInvalid, _, let resolved?):
            self = .accepted(EnvironmentClass.Spec(json: resolved.spec), resolved, Self.kept(resolved, acceptance))
        default:
            self = .refused(acceptance.reason, acceptance.message)
        }
    }

    private static func resolved(_ environmentClass: EnvironmentClass) -> Environment.Status.ResolvedClass {
        Environment.Status.ResolvedClass(
            name: environmentClass.metadata.name,
            uid: environmentClass.metadata.uid,
            generation: environmentClass.metadata.generation,
            spec: environmentClass.spec.json
        )
    }

    private static func kept(_ resolved: Environment.Status.ResolvedClass, _ acceptance: Acceptance) -> String {
        "the class as it was in generation \(resolved.generation) is kept: \(acceptance.message)"
    }
}

extension Environment {
    /// What is in the environment's way, by what the caches know.
    func acceptance(among view: any EnvironmentView) -> Acceptance {
        let environmentClass = view.environmentClass(spec.environmentClassName)
        // Whoever came first has the place, and keeps it. To count them is work: only where a limit asks for it.
        let isLimited = environmentClass?.spec.usage.limitsEnvironments ?? false
        let isNew = status.resolvedClass == nil
        let competitors = isNew && isLimited ? view.competitors(of: self) : Competitors()
        return acceptance(
            in: Acceptance.Context(
                environmentClass: environmentClass,
                namespaceLabels: view.labels(ofNamespace: metadata.namespace) ?? [:],
                environments: competitors.ofClass,
                environmentsInNamespace: competitors.inNamespace,
                firstToEnd: competitors.firstToEnd,
                classes: view.environmentClasses
            ))
    }
}
