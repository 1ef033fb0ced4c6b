import Formats

/// Whether an environment may be, and in words why not: the content of its `Accepted` condition.
package struct Acceptance: Sendable, Hashable {
    package var reason: AcceptedReason
    package var violations: [Violation]
    /// What holds although it is accepted, such as a time to live that was cut.
    package var notes: [String]

    package var isAccepted: Bool { reason == .accepted }

    /// Every violation, or what was accepted; cut to what a condition may hold.
    package var message: String {
        let lines = isAccepted ? notes : violations.map(\.message)
        guard !lines.isEmpty else { return "The environment is accepted." }
        var text = ""
        for (index, line) in lines.enumerated() {
            let next = text.isEmpty ? line : "; \(line)"
            guard text.utf8.count + next.utf8.count <= Self.messageLimit else {
                return text + "; and \(lines.count - index) more: correct these first"
            }
            text += next
        }
        return text
    }

    private static let messageLimit = 8_000
}

extension Acceptance {
    /// What the decision is made from, besides the environment.
    package struct Context: Sendable {
        /// The class that the environment names; `nil` where there is none of that name.
        package var environmentClass: EnvironmentClass?
        package var namespaceLabels: SortedMap<String>
        /// Other environments of the class, in all namespaces and in this one.
        package var environments: TakenPlaces
        package var environmentsInNamespace: TakenPlaces
        /// Of those that were accepted, the one whose time is over first.
        package var firstToEnd: PlaceHolder?
        /// All classes, to name one that would do.
        package var classes: [EnvironmentClass]

        package init(
            environmentClass: EnvironmentClass?,
            namespaceLabels: SortedMap<String> = [:],
            environments: TakenPlaces = TakenPlaces(),
            environmentsInNamespace: TakenPlaces = TakenPlaces(),
            firstToEnd: PlaceHolder? = nil,
            classes: [EnvironmentClass] = []
        ) {
            self.environmentClass = environmentClass
            self.namespaceLabels = namespaceLabels
            self.environments = environments
            self.environmentsInNamespace = environmentsInNamespace
            self.firstToEnd = firstToEnd
            self.classes = classes
        }
    }
}

extension Environment {
    /// Decides whether the environment may be; reports all that is in its way at once.
    ///
    /// The reason is that of the first check that failed, in the order in which a person would mend them.
    package func acceptance(in context: Acceptance.Context) -> Acceptance {
        var findings: [(AcceptedReason, [Violation])] = [(.invalid, violations())]
        if let environmentClass = context.environmentClass {
            findings += classFindings(environmentClass, context)
        } else if !spec.environmentClassName.isEmpty {
            findings.append((.classNotFound, [classNotFound(context)]))
        }
        let reason = findings.first { !$0.1.isEmpty }?.0 ?? .accepted
        return Acceptance(reason: reason, violations: findings.flatMap(\.1), notes: notes(context.environmentClass))
    }

    private func classFindings(
        _ environmentClass: EnvironmentClass,
        _ context: Acceptance.Context
    ) -> [(AcceptedReason, [Violation])] {
        [
            (.classInvalid, classInvalid(environmentClass)),
            (.notAllowed, notAllowed(by: environmentClass, context)),
            (.exceedsClass, violations(against: environmentClass, among: context.classes)),
            (.limitReached, limitReached(of: environmentClass, context)),
        ]
    }

    private func notes(_ environmentClass: EnvironmentClass?) -> [String] {
        guard let environmentClass else { return [] }
        var notes: [String] = []
        if spec.suspend, environmentClass.spec.isolation == .namespace {
            notes.append(
                "spec.suspend has no effect: class \(environmentClass.metadata.name.shown) has isolation Namespace, and"
                    + " virtual clusters alone can sleep")
        }
        guard let ttl = spec.ttl, isCapped(by: environmentClass.spec) else { return notes }
        let maximum = environmentClass.spec.lifetime.maximum
        return notes + [
            "spec.ttl \(ttl.goText) is over class \(environmentClass.metadata.name.shown)'s maximum and was cut to"
                + " \(maximum.goText)"
        ]
    }
}

// MARK: - Findings

extension Environment {
    private static let classPath = "spec.environmentClassName"

    private func classNotFound(_ context: Acceptance.Context) -> Violation {
        let usable = Self.usableClasses(context)
        let advice = usable.isEmpty ? "create it, or ask whoever runs this cluster for one" : "use \(usable)"
        return Violation(
            Self.classPath,
            "\(Self.classPath) names \(spec.environmentClassName.shown), but there is no such EnvironmentClass: \(advice)"
        )
    }

    private func classInvalid(_ environmentClass: EnvironmentClass) -> [Violation] {
        environmentClass.violations().map { violation in
            Violation(
                Self.classPath,
                "class \(environmentClass.metadata.name.shown) is not in order, which whoever owns it must mend:"
                    + " \(violation.message)"
            )
        }
    }

    private func notAllowed(by environmentClass: EnvironmentClass, _ context: Acceptance.Context) -> [Violation] {
        guard let selector = environmentClass.spec.usage.namespaceSelector,
            !selector.matches(context.namespaceLabels)
        else { return [] }
        let usable = Self.usableClasses(context)
        let advice = usable.isEmpty ? "label the namespace" : "label the namespace, or use \(usable)"
        return [
            Violation(
                Self.classPath,
                "class \(environmentClass.metadata.name.shown) is for namespaces with \(selector.shown), and"
                    + " \(metadata.namespace.shown) is none: \(advice)"
            )
        ]
    }

    private func limitReached(of environmentClass: EnvironmentClass, _ context: Acceptance.Context) -> [Violation] {
        let name = environmentClass.metadata.name.shown
        let usage = environmentClass.spec.usage
        let first = context.firstToEnd.map { "\($0.shown(to: metadata.namespace)); " } ?? ""
        let advice = "\(first)delete one, wait until one expires, or ask whoever owns the class"
        var found: [Violation] = []
        if let most = usage.maxEnvironments, context.environments.isFull(most) {
            let places = context.environments.shown(of: most, "environments")
            found.append(Violation(Self.classPath, "class \(name) has \(places): \(advice)"))
        }
        if let most = usage.maxEnvironmentsPerNamespace, context.environmentsInNamespace.isFull(most) {
            let places = context.environmentsInNamespace.shown(of: most, "environments of class \(name)")
            found.append(
                Violation(Self.classPath, "namespace \(metadata.namespace.shown) has \(places): \(advice)"))
        }
        return found
    }

    /// The names of classes that this namespace may use, for advice; empty where there are none.
    private static func usableClasses(_ context: Acceptance.Context) -> String {
        let names = context.classes.filter { candidate in
            candidate.spec.usage.namespaceSelector?.matches(context.namespaceLabels) ?? true
        }.map(\.metadata.name.shown).sorted()
        guard !names.isEmpty else { return "" }
        let shown = names.prefix(5).joined(separator: ", ")
        return "class \(shown)" + (names.count > 5 ? " or one of \(names.count - 5) more" : "")
    }
}

extension LabelSelector {
    /// The selector as `kubectl -l` would take it.
    package var shown: String {
        let labels = matchLabels.map { "\($0.key.shown)=\($0.value.shown)" }
        let expressions = matchExpressions.map { requirement in
            let values = requirement.values.map(\.shown).joined(separator: ",")
            return switch requirement.operator {
            case .isIn: "\(requirement.key.shown) in (\(values))"
            case .isNotIn: "\(requirement.key.shown) notin (\(values))"
            case .exists: requirement.key.shown
            case .doesNotExist: "!\(requirement.key.shown)"
            }
        }
        return (labels + expressions).joined(separator: ",")
    }
}
