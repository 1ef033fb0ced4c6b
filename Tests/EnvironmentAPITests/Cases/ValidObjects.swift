import Formats

/// Objects that are in order, with every field set: what other cases change one field of.
enum Valid {
    static let environment: JSONValue = [
        "apiVersion": "envfactory.dev/v1alpha1",
        "kind": "Environment",
        "metadata": ["name": "pr-42", "namespace": "team-payments", "uid": "0f7c8c1e-0000-4000-8000-000000000042"],
        "spec": [
            "environmentClassName": "review",
            "ttl": "24h0m0s",
            "parameters": ["kubernetesVersion": "1.36", "nodes": 2, "ha": true],
            "quota": ["hard": ["pods": "10", "requests.cpu": "2"]],
            "access": [
                ["kind": "ServiceAccount", "name": "ci", "namespace": "team-payments"],
                ["kind": "User", "name": "ada@example.com"],
                ["kind": "Group", "name": "system:serviceaccounts:team-payments"],
            ],
            "source": [
                "provider": "GitHub", "server": "github.com", "repository": "acme/payments", "pullRequest": 42,
                "branch": "fix-rounding",
                "commit": "0a1b2c3",
            ],
        ],
    ]

    static let namespaceClass: JSONValue = [
        "apiVersion": "envfactory.dev/v1alpha1",
        "kind": "EnvironmentClass",
        "metadata": ["name": "sandbox"],
        "spec": [
            "description": "Namespaces for trying things",
            "isolation": "Namespace",
            "usage": [
                "namespaceSelector": [
                    "matchLabels": ["team": "payments"],
                    "matchExpressions": [["key": "tier", "operator": "In", "values": ["dev", "test"]]],
                ],
                "maxEnvironments": 50, "maxEnvironmentsPerNamespace": 10,
            ],
            "lifetime": [
                "default": "24h0m0s", "maximum": "72h0m0s", "warnings": ["2h0m0s", "15m0s"], "retention": "1h0m0s",
            ],
            "access": [["kind": "Group", "name": "platform-oncall"]],
            "podSecurity": ["enforce": "baseline", "warn": "restricted", "audit": "restricted"],
            "quota": ["hard": ["pods": "20", "requests.cpu": "4", "requests.memory": "8Gi"]],
            "limitRange": [
                [
                    "type": "Container", "default": ["cpu": "500m", "memory": "512Mi"],
                    "defaultRequest": ["cpu": "50m", "memory": "64Mi"],
                ]
            ],
            "network": [
                "mode": "Isolated", "apiServerCIDRs": ["10.0.0.1/32"],
                "egress": [
                    [
                        "to": [["ipBlock": ["cidr": "0.0.0.0/0", "except": ["169.254.169.254/32", "10.0.0.0/8"]]]],
                        "ports": [
                            ["protocol": "TCP", "port": 443], ["protocol": "TCP", "port": 8000, "endPort": 8100],
                        ],
                    ]
                ],
                "ingress": [
                    [
                        "from": [
                            [
                                "namespaceSelector": ["matchLabels": ["kubernetes.io/metadata.name": "ingress"]],
                                "podSelector": ["matchExpressions": [["key": "edge", "operator": "Exists"]]],
                            ]
                        ],
                        "ports": [["protocol": "TCP", "port": "http"]],
                    ]
                ],
            ],
            "tenantRole": "Edit",
            "drift": ["mode": "Correct"],
            "teardown": ["timeout": "10m0s", "volumes": "Delete"],
        ],
    ]

    static let virtualClass: JSONValue = [
        "apiVersion": "envfactory.dev/v1alpha1",
        "kind": "EnvironmentClass",
        "metadata": ["name": "review"],
        "spec": [
            "isolation": "VirtualCluster",
            "lifetime": ["maximum": "72h0m0s", "warnings": [], "retention": "0s"],
            "podSecurity": ["enforce": "baseline", "warn": "restricted", "audit": "restricted"],
            "quota": ["hard": ["pods": "20", "requests.cpu": "8"]],
            "network": ["mode": "Open"],
            "virtualCluster": [
                "chart": [
                    "repository": "https://charts.loft.sh", "name": "vcluster", "version": "0.36.1",
                    "digest": "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                    "credentialsSecretName": "chart-login",
                ],
                "values": ["sync": ["toHost": ["ingresses": ["enabled": true]]]],
                "manifests": [
                    ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "app"]]
                ],
                "replicas": 2, "exposure": ["type": "ClusterIP", "clusterIP": ["portForward": false]],
                "allowDataLoss": true,
            ],
            "parameters": [
                [
                    "name": "kubernetesVersion", "type": "String", "path": "controlPlane.distro.k8s.version",
                    "description": "The version inside", "enum": ["1.35", "1.36"], "default": "1.36",
                ],
                [
                    "name": "nodes", "type": "Integer", "path": "sync.fromHost.nodes.count", "minimum": 1,
                    "maximum": 5, "required": true,
                ],
                ["name": "ha", "type": "Boolean", "path": "controlPlane.ha", "default": false],
                ["name": "zone", "type": "String", "path": "zone", "pattern": "^[a-z]+-[0-9]$"],
            ],
            "drift": ["mode": "Report"],
            "teardown": ["timeout": "5m0s", "volumes": "Retain"],
        ],
    ]
}
