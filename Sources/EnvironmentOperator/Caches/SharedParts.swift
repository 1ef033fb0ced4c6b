import EnvironmentAPI
import Synchronization

/// Keeps one copy of what many say alike: the class they came from, what their conditions tell, the keys of labels.
///
/// Ten thousand that were read from the API server would else hold ten thousand copies of one class.
final class SharedParts: Sendable {
    fileprivate struct ClassState: Hashable {
        var uid: String
        var generation: Int64
    }

    fileprivate struct Known {
        var classes: [ClassState: Environment.Status.ResolvedClass] = [:]
        var texts: Set<String> = []
    }

    private let known = Mutex(Known())
    /// So many of each are known at once; beyond, it begins anew.
    fileprivate static let limit = 2_048

    /// The same environment.
    func sharing(_ environment: Environment) -> Environment {
        known.withLock { known in
            var environment = environment
            if let resolved = environment.status.resolvedClass {
                environment.status.resolvedClass = known.shared(resolved)
            }
            for index in environment.status.conditions.indices {
                let message = environment.status.conditions[index].message
                environment.status.conditions[index].message = known.shared(message)
            }
            environment.metadata.labels = known.shared(environment.metadata.labels)
            environment.metadata.annotations = known.shared(environment.metadata.annotations)
            return environment
        }
    }

    /// The same namespace.
    func sharing(_ namespace: NamespaceElement) -> NamespaceElement {
        var namespace = namespace
        namespace.labels = known.withLock { $0.shared(namespace.labels) }
        return namespace
    }
}

extension SharedParts.Known {
    fileprivate mutating func shared(_ resolved: Environment.Status.ResolvedClass) -> Environment.Status.ResolvedClass {
        let state = SharedParts.ClassState(uid: resolved.uid, generation: resolved.generation)
        // Whoever may write the status may say anything of a class.
        if let known = classes[state] { return known == resolved ? known : resolved }
        if classes.count >= SharedParts.limit { classes = [:] }
        classes[state] = resolved
        return resolved
    }

    /// Keys are the same everywhere, values are not.
    fileprivate mutating func shared(_ labels: SortedMap<String>) -> SortedMap<String> {
        labels.mapKeys { shared($0) }
    }

    fileprivate mutating func shared(_ text: String) -> String {
        let (isNew, shared) = texts.insert(text)
        if isNew, texts.count > SharedParts.limit { texts = [text] }
        return shared
    }
}
