package import Formats

extension Environment {
    /// What the operator saw and did.
    package struct Status: Sendable, Hashable {
        package var conditions: [Condition]
        package var observedGeneration: Int64
        /// The host namespace, once it exists.
        package var namespace: NamespaceReference?
        package var release: Release?
        package var kubeconfig: Kubeconfig?
        /// Set when the environment is first seen, moved only by `spec.ttl`.
        package var expiresAt: Timestamp?
        /// The `spec.ttl` that `expiresAt` was computed from: only a change of it moves the end.
        package var ttl: Duration?
        /// When users were last told that the end is near: warnings that fall before it were given.
        package var warnedAt: Timestamp?
        /// The class as it was last resolved, so that an environment outlives a change or loss of its class.
        package var resolvedClass: ResolvedClass?
        /// What teardown could not remove.
        package var leftovers: [Leftover]

        package init(
            conditions: [Condition] = [],
            observedGeneration: Int64 = 0,
            namespace: NamespaceReference? = nil,
            release: Release? = nil,
            kubeconfig: Kubeconfig? = nil,
            expiresAt: Timestamp? = nil,
            warnedAt: Timestamp? = nil,
            resolvedClass: ResolvedClass? = nil,
            leftovers: [Leftover] = []
        ) {
            self.conditions = conditions
            self.observedGeneration = observedGeneration
            self.namespace = namespace
            self.release = release
            self.kubeconfig = kubeconfig
            self.expiresAt = expiresAt
            self.warnedAt = warnedAt
            self.resolvedClass = resolvedClass
            self.leftovers = leftovers
        }

        package func condition(_ type: ConditionType) -> Condition? {
            conditions.first { $0.type == type.rawValue }
        }
    }
}

extension Environment {
    /// It has ended: what is left is the record of it.
    package var isTerminated: Bool { status.condition(.terminated)?.status == .isTrue }
}

extension Environment.Status {
    /// The proof of ownership: a namespace is ours only under this uid.
    package struct NamespaceReference: Sendable, Hashable {
        package var name: String
        package var uid: String

        package init(name: String, uid: String) {
            self.name = name
            self.uid = uid
        }
    }

    package struct Release: Sendable, Hashable {
        package var name: String
        package var chart: String
        package var revision: Int64
        package var digest: String

        package init(name: String, chart: String, revision: Int64, digest: String) {
            self.name = name
            self.chart = chart
            self.revision = revision
            self.digest = digest
        }
    }

    package struct Kubeconfig: Sendable, Hashable {
        package var secretNamespace: String
        package var secretName: String
        package var server: String?
        /// When its credential ends, where it does.
        package var expiresAt: Timestamp?
        /// The Secret beside the Environment that holds a copy.
        package var publishedTo: String?

        package init(secretNamespace: String, secretName: String, server: String? = nil, expiresAt: Timestamp? = nil) {
            self.secretNamespace = secretNamespace
            self.secretName = secretName
            self.server = server
            self.expiresAt = expiresAt
        }
    }

    package struct ResolvedClass: Sendable, Hashable {
        package var name: String
        package var uid: String
        package var generation: Int64
        /// The class's spec as JSON; ``EnvironmentClass/Spec`` reads it.
        package var spec: JSONValue

        package init(name: String, uid: String, generation: Int64, spec: JSONValue) {
            self.name = name
            self.uid = uid
            self.generation = generation
            self.spec = spec
        }
    }

    /// An object that is still there, and who holds it.
    package struct Leftover: Sendable, Hashable {
        package var apiVersion: String
        package var kind: String
        package var namespace: String?
        package var name: String
        /// Finalizers, or in words what keeps it.
        package var heldBy: String
        package var since: Timestamp?

        package init(
            apiVersion: String,
            kind: String,
            namespace: String? = nil,
            name: String,
            heldBy: String,
            since: Timestamp? = nil
        ) {
            self.apiVersion = apiVersion
            self.kind = kind
            self.namespace = namespace
            self.name = name
            self.heldBy = heldBy
            self.since = since
        }
    }
}
