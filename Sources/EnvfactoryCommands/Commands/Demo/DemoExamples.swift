// Written by Scripts/generate from examples/: never edited by hand.

/// The files of `examples/` that the demo applies.
enum DemoExamples {
    static let files: [(path: String, text: String)] = [
        (
            "examples/00-team.yaml",
            #"""
            # A team's own namespace, in which its Environments live. Who may edit here may ask for environments here.
            apiVersion: v1
            kind: Namespace
            metadata:
              name: team-payments
              labels:
                team: payments

            """#
        ),
        (
            "examples/10-class-sandbox.yaml",
            #"""
            # The platform team decides once: environments that are a namespace of their own, with a quota, defaults for containers
            # that name no resources, and a network that reaches nothing but DNS and the environment itself.
            apiVersion: envfactory.dev/v1alpha1
            kind: EnvironmentClass
            metadata:
              name: sandbox
            spec:
              description: A namespace of its own, for trying things
              isolation: Namespace
              usage:
                maxEnvironments: 50
                maxEnvironmentsPerNamespace: 10
              lifetime: {default: 8h, maximum: 72h, warnings: [2h, 15m], retention: 1h}
              podSecurity: {enforce: baseline, warn: restricted, audit: restricted}
              quota:
                hard:
                  pods: "20"
                  requests.cpu: "4"
                  requests.memory: 8Gi
                  limits.cpu: "8"
                  limits.memory: 16Gi
                  services.loadbalancers: "0"
                  services.nodeports: "0"
                  persistentvolumeclaims: "5"
                  requests.storage: 20Gi
              limitRange:
                - type: Container
                  default: {cpu: 500m, memory: 512Mi}
                  defaultRequest: {cpu: 50m, memory: 64Mi}
              network: {mode: Isolated}
              tenantRole: Edit

            """#
        ),
        (
            "examples/11-class-agents.yaml",
            #"""
            # For code that nobody has read: the strictest pods, an hour at most, one team, and a way out to the web alone, not to
            # this cluster's own addresses nor to the cloud's metadata service.
            apiVersion: envfactory.dev/v1alpha1
            kind: EnvironmentClass
            metadata:
              name: agents
            spec:
              description: For coding agents and code that nobody has read yet
              isolation: Namespace
              usage:
                namespaceSelector: {matchLabels: {team: payments}}
                maxEnvironmentsPerNamespace: 30
              lifetime: {default: 30m, maximum: 1h, warnings: [5m], retention: 10m}
              access:
                - {kind: Group, name: platform-oncall}
              podSecurity: {enforce: restricted, warn: restricted, audit: restricted}
              quota: {hard: {pods: "5", requests.cpu: "2", requests.memory: 4Gi, limits.cpu: "2", limits.memory: 4Gi}}
              limitRange:
                - type: Container
                  default: {cpu: 250m, memory: 256Mi}
                  defaultRequest: {cpu: 50m, memory: 64Mi}
                  max: {cpu: "1", memory: 2Gi}
              network:
                mode: Isolated
                egress:
                  - to:
                      - ipBlock:
                          cidr: 0.0.0.0/0
                          except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16]
                    ports: [{port: 443}]
              drift: {mode: Correct}
              teardown: {timeout: 5m, volumes: Delete}

            """#
        ),
        (
            "examples/13-class-preview.yaml",
            #"""
            # The platform team decides once: environments with an API server of their own, a virtual cluster in its namespace. The
            # chart is pinned by its version; pin its digest as well (`envfactory chart pull vcluster --repo … --version …` prints it),
            # and nothing else is ever installed. Users turn one knob, the version of Kubernetes.
            apiVersion: envfactory.dev/v1alpha1
            kind: EnvironmentClass
            metadata:
              name: preview
            spec:
              description: A virtual cluster of its own
              isolation: VirtualCluster
              usage: {maxEnvironments: 20}
              lifetime: {default: 8h, maximum: 72h, warnings: [2h, 15m], retention: 1h}
              podSecurity: {enforce: baseline, warn: restricted, audit: restricted}
              quota:
                hard: {pods: "30", requests.cpu: "4", requests.memory: 8Gi, limits.cpu: "8", limits.memory: 16Gi}
              limitRange:
                - type: Container
                  default: {cpu: 500m, memory: 512Mi}
                  defaultRequest: {cpu: 50m, memory: 64Mi}
              # What `kubectl get endpoints kubernetes` shows: the control plane reaches the host's API server, and nothing else does.
              network: {mode: Isolated, apiServerCIDRs: [10.0.0.1/32]}
              parameters:
                - name: kubernetesVersion
                  type: String
                  enum: ["1.35", "1.36"]
                  default: "1.36"
                  path: controlPlane.distro.k8s.version
              virtualCluster:
                chart: {repository: "https://charts.loft.sh", name: vcluster, version: 0.36.1}
                values:
                  controlPlane:
                    statefulSet:
                      persistence: {volumeClaim: {size: 5Gi}}
                manifests:
                  - {apiVersion: v1, kind: Namespace, metadata: {name: app}}

            """#
        ),
        (
            "examples/20-environment-review.yaml",
            #"""
            # A pull request opens and gets an environment; it ends a day later, whether or not the pipeline ever says so.
            apiVersion: envfactory.dev/v1alpha1
            kind: Environment
            metadata:
              name: pr-42
              namespace: team-payments
            spec:
              environmentClassName: sandbox
              ttl: 24h
              access:
                - {kind: ServiceAccount, name: ci, namespace: team-payments}
              source: {provider: GitHub, repository: acme/payments, pullRequest: 42, branch: fix-rounding, commit: 0a1b2c3}

            """#
        ),
        (
            "examples/21-environment-short.yaml",
            #"""
            # An agent tries something for ten minutes, under a quota tighter than its class's.
            apiVersion: envfactory.dev/v1alpha1
            kind: Environment
            metadata:
              name: try-parser
              namespace: team-payments
            spec:
              environmentClassName: agents
              ttl: 10m
              quota: {hard: {pods: "2", requests.cpu: 500m}}

            """#
        ),
    ]
}
