extension EnvironmentClass {
    /// How environments of a class are separated from the rest of the host.
    package enum Isolation: String, Sendable, Hashable, CaseIterable {
        case namespace = "Namespace"
        case virtualCluster = "VirtualCluster"
    }

    /// What the tenant may do in an environment's namespace.
    package enum TenantRole: String, Sendable, Hashable, CaseIterable {
        case none = "None"
        case view = "View"
        case edit = "Edit"

        /// The static ClusterRole; `nil` where nothing is bound.
        package var clusterRole: Words.Role? {
            switch self {
            case .none: nil
            case .view: .tenantView
            case .edit: .tenantEdit
            }
        }
    }

    package enum PodSecurityLevel: String, Sendable, Hashable, CaseIterable {
        case privileged, baseline, restricted
    }

    package enum DriftMode: String, Sendable, Hashable, CaseIterable {
        case correct = "Correct"
        case report = "Report"
    }

    package enum VolumePolicy: String, Sendable, Hashable, CaseIterable {
        case delete = "Delete"
        case retain = "Retain"
    }

    /// The class's decisions, with every default in place.
    package struct Spec: Sendable, Hashable {
        package var description: String?
        /// `nil` only where it could not be read.
        package var isolation: Isolation?
        package var usage: Usage = Usage()
        package var lifetime: Lifetime = Lifetime()
        /// Always may use the environments, besides `Environment.spec.access`.
        package var access: [Subject] = []
        package var podSecurity: PodSecurity = PodSecurity()
        package var quota: ResourceList = [:]
        package var limitRange: [LimitRangeItem] = []
        package var network: Network = Network()
        /// As written; ``effectiveTenantRole`` is what holds.
        package var tenantRole: TenantRole?
        package var virtualCluster: VirtualCluster?
        package var parameters: [Parameter] = []
        package var drift: DriftMode = Defaults.drift
        package var teardown: Teardown = Teardown()

        package init(isolation: Isolation?) { self.isolation = isolation }

        /// A virtual cluster's tenant has no right on the host.
        package var effectiveTenantRole: TenantRole {
            isolation == .namespace ? tenantRole ?? Defaults.tenantRole : .none
        }
    }

    package struct Usage: Sendable, Hashable {
        /// Whose Environments may name the class; `nil`: all.
        package var namespaceSelector: LabelSelector?
        package var maxEnvironments: Int64?
        package var maxEnvironmentsPerNamespace: Int64?

        package init(
            namespaceSelector: LabelSelector? = nil,
            maxEnvironments: Int64? = nil,
            maxEnvironmentsPerNamespace: Int64? = nil
        ) {
            self.namespaceSelector = namespaceSelector
            self.maxEnvironments = maxEnvironments
            self.maxEnvironmentsPerNamespace = maxEnvironmentsPerNamespace
        }

        /// Whether it matters how many environments there are.
        package var limitsEnvironments: Bool { maxEnvironments != nil || maxEnvironmentsPerNamespace != nil }
    }

    package struct Lifetime: Sendable, Hashable {
        /// As written; ``effectiveDefault`` is what holds.
        package var `default`: Duration?
        package var maximum: Duration
        /// How long before the end users are told, longest first.
        package var warnings: [Duration]
        /// How long a terminated environment stays visible.
        package var retention: Duration

        package init(
            default: Duration? = nil,
            maximum: Duration = Defaults.maximumLifetime,
            warnings: [Duration] = Defaults.warnings,
            retention: Duration = Defaults.retention
        ) {
            self.default = `default`
            self.maximum = maximum
            self.warnings = warnings
            self.retention = retention
        }

        package var effectiveDefault: Duration { `default` ?? min(Defaults.lifetime, maximum) }
    }

    package struct PodSecurity: Sendable, Hashable {
        package var enforce: PodSecurityLevel
        package var warn: PodSecurityLevel
        package var audit: PodSecurityLevel

        package init(
            enforce: PodSecurityLevel = Defaults.podSecurityEnforce,
            warn: PodSecurityLevel = Defaults.podSecurityWarn,
            audit: PodSecurityLevel = Defaults.podSecurityAudit
        ) {
            self.enforce = enforce
            self.warn = warn
            self.audit = audit
        }

        package subscript(mode: Words.PodSecurityMode) -> PodSecurityLevel {
            switch mode {
            case .enforce: enforce
            case .warn: warn
            case .audit: audit
            }
        }
    }

    package struct Teardown: Sendable, Hashable {
        package var timeout: Duration
        package var volumes: VolumePolicy

        package init(timeout: Duration = Defaults.teardownTimeout, volumes: VolumePolicy = Defaults.volumes) {
            self.timeout = timeout
            self.volumes = volumes
        }
    }
}
