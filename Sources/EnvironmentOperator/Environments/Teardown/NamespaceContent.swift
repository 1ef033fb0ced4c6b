import Formats
package import Kubernetes

/// What the namespace controller says that it still finds in a namespace that goes.
package struct NamespaceContent: Sendable, Hashable {
    package struct Count: Sendable, Hashable {
        /// `configmaps`, `rolebindings.rbac.authorization.k8s.io`, or a finalizer.
        package var name: String
        package var count: Int
    }

    package var resources: [Count]
    package var finalizers: [Count]
    /// Why it could not look, or could not delete: an API that does not answer, a webhook that refuses.
    package var failures: [String]

    /// Reads the conditions of a Namespace; `nil` where there are none yet.
    package init?(_ namespace: KubernetesObject) {
        guard let conditions = namespace.json[path: "status", "conditions"]?.array else { return nil }
        var messages: [String: String] = [:]
        for condition in conditions where condition["status"]?.string == "True" {
            guard let type = condition["type"]?.string else { continue }
            messages[type] = condition["message"]?.string ?? ""
        }
        resources = Self.counts(messages["NamespaceContentRemaining"], separator: " has ")
        finalizers = Self.counts(messages["NamespaceFinalizersRemaining"], separator: " in ")
        failures = [
            "NamespaceDeletionDiscoveryFailure", "NamespaceDeletionGroupVersionParsingFailure",
            "NamespaceDeletionContentFailure",
        ].compactMap { messages[$0] }
    }

    /// Nothing is left but the operator's binding of itself, which waits for its finalizer to be taken off.
    package func isOnly(_ resource: APIResource, heldBy finalizer: String) -> Bool {
        guard failures.isEmpty, resources.count == 1, finalizers.count == 1 else { return false }
        return resources[0] == Count(name: resource.qualifiedName, count: 1)
            && finalizers[0] == Count(name: finalizer, count: 1)
    }

    /// Reads `Some resources are remaining: a.b has 1 resource instances, c. has 2 resource instances`.
    ///
    /// The core group's resources end in a full stop there.
    private static func counts(_ message: String?, separator: String) -> [Count] {
        guard let message, let colon = message.firstIndex(of: ":") else { return [] }
        return message[message.index(after: colon)...].split(separator: ",").compactMap { part in
            guard let place = part.range(of: separator) else { return nil }
            let name = part[..<place.lowerBound].drop { $0 == " " }
            let digits = part[place.upperBound...].prefix { $0.isNumber }
            guard let count = Int(digits) else { return nil }
            return Count(name: String(name.last == "." ? name.dropLast() : name), count: count)
        }
    }
}

extension Substring {
    /// The first place of a text in this one.
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
