/// The words of the project: one table, used wherever one of them is written or read.
package enum Words {
    package static let group = "envfactory.dev"
    package static let version = "v1alpha1"
    package static let apiVersion = "\(group)/\(version)"
    package static let category = "envfactory"
    /// Owner of every field that the operator applies.
    package static let fieldManager = "envfactory"
    /// Reporter of every event.
    package static let reportingController = "envfactory.dev/operator"
}

extension Words {
    package enum Label {
        /// `app.kubernetes.io/managed-by: envfactory`.
        package static let managedBy = "app.kubernetes.io/managed-by"
        package static let managedByValue = "envfactory"
        package static let managedBySelector = "\(managedBy)=\(managedByValue)"
        /// The Environment's name; on everything made for it, as its namespace and uid are.
        ///
        /// Labels select, they never authorise.
        package static let environment = "envfactory.dev/environment"
        package static let environmentNamespace = "envfactory.dev/environment-namespace"
        package static let environmentUID = "envfactory.dev/environment-uid"
        /// The same for an InferenceEndpoint.
        package static let inferenceEndpoint = "envfactory.dev/inference-endpoint"
        package static let inferenceEndpointNamespace = "envfactory.dev/inference-endpoint-namespace"
        package static let inferenceEndpointUID = "envfactory.dev/inference-endpoint-uid"
        /// Inside a virtual cluster, on what leads to a model: the uid of the environment that is bound to it.
        package static let virtualLink = "envfactory.dev/bound-environment-uid"
        package static let component = "app.kubernetes.io/component"
        package static let partOf = "app.kubernetes.io/part-of"
        /// `"true"` on a Secret of the operator's own namespace that tells of a code host.
        package static let codeHost = "envfactory.dev/code-host"
        package static let codeHostSelector = "\(codeHost)=true"
        /// Set by every API server on every namespace: its name.
        package static let namespaceName = "kubernetes.io/metadata.name"

        /// The label of Pod Security admission for one of its modes.
        package static func podSecurity(_ mode: PodSecurityMode) -> String {
            "pod-security.kubernetes.io/\(mode.rawValue)"
        }
    }

    package enum PodSecurityMode: String, Sendable, Hashable, CaseIterable {
        case enforce, warn, audit
    }

    package enum Annotation {
        /// On an Environment: its pull request is closed, so it ends, and no new one takes its place.
        package static let closed = "envfactory.dev/closed"
        /// On what the operator made: the operation that made it, to know one's own write after a lost response.
        package static let operation = "envfactory.dev/operation"
        /// On what the operator applied: a digest of what was applied.
        package static let appliedDigest = "envfactory.dev/applied-digest"
    }

    package enum Finalizer {
        /// On Environment, InferenceEndpoint and the operator's binding of itself.
        package static let teardown = "envfactory.dev/teardown"
    }
}

extension Words {
    /// What an object is for, among those of one inference endpoint.
    package enum Component {
        package static let engine = "engine"
        package static let webUI = "web-ui"
        /// On Endpoints of ours, since a controller of the cluster copies a Service's labels onto its own.
        package static let addresses = "addresses"
    }
}

extension Words {
    /// What Tailscale's operator understands on a Service.
    package enum Tailscale {
        package static let expose = "tailscale.com/expose"
        package static let hostname = "tailscale.com/hostname"
    }
}

/// Names that are the same in every environment's namespace.
extension Words {
    package enum Fixed {
        package static let kubeconfigSecret = "envfactory-kubeconfig"
        /// The key of a published or extracted kubeconfig, as Flux and Cluster API read it.
        package static let kubeconfigKey = "value"
        package static let resourceQuota = "envfactory"
        package static let limitRange = "envfactory"
        /// Every NetworkPolicy of ours begins with it.
        package static let networkPolicyPrefix = "envfactory-"
        package static let networkPolicyIsolation = "envfactory-isolation"
        package static let networkPolicyDNS = "envfactory-dns"
        package static let networkPolicyRules = "envfactory-rules"
        package static let networkPolicyControlPlane = "envfactory-control-plane"
        package static let networkPolicyInference = "envfactory-inference"
        package static let networkPolicyEngine = "envfactory-engine"
        package static let networkPolicyWebUI = "envfactory-web-ui"
    }

    package enum Binding: String, Sendable, Hashable, CaseIterable {
        case `operator` = "envfactory-operator"
        case tenant = "envfactory-tenant"
        case kubeconfigReader = "envfactory-kubeconfig-reader"
        case portForward = "envfactory-port-forward"
        case vcluster = "envfactory-vcluster"
    }

    /// The static ClusterRoles that an administrator installs.
    package enum Role: String, Sendable, Hashable, CaseIterable {
        case core = "envfactory-core"
        case inNamespace = "envfactory-in-namespace"
        case tenantView = "envfactory-tenant-view"
        case tenantEdit = "envfactory-tenant-edit"
        case kubeconfigReader = "envfactory-kubeconfig-reader"
        case portForward = "envfactory-port-forward"
        case vcluster = "envfactory-vcluster"
        case publisher = "envfactory-publisher"
        case placement = "envfactory-placement"

        /// Those that the operator may bind, in namespaces it made.
        package static let bindable: [Role] = [
            .inNamespace, .tenantView, .tenantEdit, .kubeconfigReader, .portForward, .vcluster,
        ]
    }

    /// What the installation itself is called.
    package enum Installation {
        package static let namespace = "envfactory-system"
        package static let serviceAccount = "envfactory"
        package static let deployment = "envfactory"
        package static let lease = "envfactory"
        /// The program's own version, and the chart's.
        package static let version = "0.1.0"
        /// Placeholder; whoever installs names where the image is.
        package static let imageRepository = "envfactory"
        package static let image = "\(imageRepository):v\(version)"
        /// Where health, readiness and metrics are answered.
        package static let healthPort: UInt16 = 8081
        /// Where webhooks are taken, where somebody wants them to be.
        package static let webhookPort: UInt16 = 8082
        package static let webhookService = "envfactory-webhooks"
        /// Where the crash journal is kept: a volume that outlives the container, and goes with the pod.
        package static let journalDirectory = "/run/envfactory"
        /// The Role, and its binding, in the operator's own namespace.
        package static let ownNamespaceRole = "envfactory"
        /// ClusterRoles that are aggregated into the cluster's own admin, edit and view.
        package static let usersEdit = "envfactory-environments-edit"
        package static let usersView = "envfactory-environments-view"
        package static let classesView = "envfactory-environmentclasses-view"
        package static let namespacePolicy = "envfactory-namespaces"
        package static let bindingPolicy = "envfactory-rolebindings"
        package static let kubeconfigPolicy = "envfactory-kubeconfigs"
    }

    /// The brake: one ConfigMap in the operator's own namespace, watched, that stops everything within a second.
    package enum Pause {
        package static let configMap = "envfactory-pause"
        /// `"true"` stops; anything else, or its absence, does not.
        package static let paused = "paused"
        package static let reason = "reason"
        /// RFC 3339.
        package static let since = "since"
        /// When the last pause ended, RFC 3339: what became due in it is announced before it is carried out.
        package static let resumed = "resumed"
        /// Who paused: `brake`, or a user.
        package static let by = "by"
        package static let byBrake = "brake"
    }
}
