// Written by Scripts/generate from Tests/Charts/vcluster-stand-in: never edited by hand.

import Helm

extension StandInCharts {
    static let values: [ChartFile] = [
        ChartFile(
            path: "values.schema.json",
            bytes: Array(
                #"""
                {
                  "$schema": "https://json-schema.org/draft/2020-12/schema",
                  "type": "object",
                  "additionalProperties": false,
                  "properties": {
                    "global": {},
                    "controlPlane": {"$ref": "#/$defs/controlPlane"},
                    "exportKubeConfig": {"$ref": "#/$defs/exportKubeConfig"},
                    "policies": {"$ref": "#/$defs/policies"},
                    "rbac": {
                      "type": "object",
                      "additionalProperties": false,
                      "properties": {
                        "role": {"$ref": "#/$defs/rules"},
                        "clusterRole": {"$ref": "#/$defs/rules"}
                      }
                    },
                    "telemetry": {
                      "type": "object",
                      "additionalProperties": false,
                      "properties": {"enabled": {"type": "boolean"}}
                    },
                    "deploy": {"type": "object"},
                    "experimental": {"type": "object"},
                    "integrations": {"type": "object"},
                    "logging": {"type": "object"},
                    "networking": {"type": "object"},
                    "plugins": {"type": "object"},
                    "privateNodes": {"type": "object"},
                    "serviceCIDR": {"type": "string"},
                    "sync": {
                      "type": "object",
                      "additionalProperties": false,
                      "properties": {"toHost": {"type": "object"}, "fromHost": {"type": "object"}}
                    }
                  },
                  "$defs": {
                    "texts": {"type": "object", "additionalProperties": {"type": "string"}},
                    "list": {"type": "array", "items": {"type": "string"}},
                    "switch": {
                      "type": "object",
                      "additionalProperties": false,
                      "properties": {"enabled": {"type": "boolean"}}
                    },
                    "automatic": {"oneOf": [{"type": "string"}, {"type": "boolean"}]},
                    "rules": {
                      "type": "object",
                      "additionalProperties": false,
                      "properties": {
                        "enabled": {"$ref": "#/$defs/automatic"},
                        "overwriteRules": {"type": "array"},
                        "extraRules": {"type": "array"}
                      }
                    },
                    "image": {
                      "type": "object",
                      "additionalProperties": false,
                      "properties": {
                        "registry": {"type": "string"},
                        "repository": {"type": "string"},
                        "tag": {"type": "string"}
                      }
                    },
                    "resources": {
                      "type": "object",
                      "additionalProperties": false,
                      "properties": {"limits": {"type": "object"}, "requests": {"type": "object"}}
                    },
                    "probe": {
                      "type": "object",
                      "additionalProperties": false,
                      "properties": {
                        "enabled": {"type": "boolean"},
                        "failureThreshold": {"type": "integer"},
                        "initialDelaySeconds": {"type": "integer"},
                        "timeoutSeconds": {"type": "integer"},
                        "periodSeconds": {"type": "integer"}
                      }
                    },
                    "persistence": {
                      "type": "object",
                      "additionalProperties": false,
                      "properties": {
                        "volumeClaim": {
                          "type": "object",
                          "additionalProperties": false,
                          "properties": {
                            "enabled": {"$ref": "#/$defs/automatic"},
                            "accessModes": {"$ref": "#/$defs/list"},
                            "retentionPolicy": {"type": "string"},
                            "size": {"type": "string"},
                            "storageClass": {"type": "string"}
                          }
                        }
                      }
                    },
                    "exportKubeConfig": {
                      "type": "object",
                      "additionalProperties": false,
                      "properties": {
                        "context": {"type": "string"},
                        "server": {"type": "string"},
                        "insecure": {"type": "boolean"},
                        "additionalSecrets": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "additionalProperties": false,
                            "properties": {
                              "name": {"type": "string"},
                              "namespace": {"type": "string"},
                              "context": {"type": "string"},
                              "server": {"type": "string"},
                              "insecure": {"type": "boolean"}
                            }
                          }
                        }
                      }
                    },
                    "policies": {
                      "type": "object",
                      "additionalProperties": false,
                      "properties": {
                        "resourceQuota": {
                          "type": "object",
                          "additionalProperties": false,
                          "properties": {"enabled": {"$ref": "#/$defs/automatic"}, "quota": {"type": "object"}}
                        },
                        "limitRange": {
                          "type": "object",
                          "additionalProperties": false,
                          "properties": {
                            "enabled": {"$ref": "#/$defs/automatic"},
                            "default": {"type": "object"},
                            "defaultRequest": {"type": "object"}
                          }
                        },
                        "networkPolicy": {"$ref": "#/$defs/switch"}
                      }
                    },
                    "etcd": {
                      "type": "object",
                      "additionalProperties": false,
                      "properties": {
                        "embedded": {"$ref": "#/$defs/switch"},
                        "deploy": {
                          "type": "object",
                          "additionalProperties": false,
                          "properties": {
                            "enabled": {"type": "boolean"},
                            "statefulSet": {
                              "type": "object",
                              "additionalProperties": false,
                              "properties": {
                                "resources": {"$ref": "#/$defs/resources"},
                                "persistence": {"$ref": "#/$defs/persistence"}
                              }
                            }
                          }
                        }
                      }
                    },
                    "service": {
                      "type": "object",
                      "additionalProperties": false,
                      "properties": {
                        "enabled": {"type": "boolean"},
                        "labels": {"$ref": "#/$defs/texts"},
                        "annotations": {"$ref": "#/$defs/texts"},
                        "httpsNodePort": {"type": "integer"},
                        "kubeletNodePort": {"type": "integer"},
                        "spec": {"type": "object"}
                      }
                    },
                    "ingress": {
                      "type": "object",
                      "additionalProperties": false,
                      "properties": {
                        "enabled": {"type": "boolean"},
                        "host": {"type": "string"},
                        "pathType": {"type": "string"},
                        "labels": {"$ref": "#/$defs/texts"},
                        "annotations": {"$ref": "#/$defs/texts"},
                        "spec": {"type": "object"}
                      }
                    },
                    "statefulSet": {
                      "type": "object",
                      "additionalProperties": false,
                      "properties": {
                        "labels": {"$ref": "#/$defs/texts"},
                        "annotations": {"$ref": "#/$defs/texts"},
                        "imagePullPolicy": {"type": "string"},
                        "image": {"$ref": "#/$defs/image"},
                        "env": {"type": "array", "items": {"type": "object"}},
                        "resources": {"$ref": "#/$defs/resources"},
                        "pods": {
                          "type": "object",
                          "additionalProperties": false,
                          "properties": {"labels": {"$ref": "#/$defs/texts"}, "annotations": {"$ref": "#/$defs/texts"}}
                        },
                        "highAvailability": {
                          "type": "object",
                          "additionalProperties": false,
                          "properties": {"replicas": {"type": "integer"}}
                        },
                        "persistence": {"$ref": "#/$defs/persistence"},
                        "security": {
                          "type": "object",
                          "additionalProperties": false,
                          "properties": {
                            "podSecurityContext": {"type": "object"},
                            "containerSecurityContext": {"type": "object"}
                          }
                        },
                        "scheduling": {
                          "type": "object",
                          "additionalProperties": false,
                          "properties": {
                            "podManagementPolicy": {"type": "string"},
                            "nodeSelector": {"type": "object"},
                            "tolerations": {"type": "array"},
                            "priorityClassName": {"type": "string"}
                          }
                        },
                        "probes": {
                          "type": "object",
                          "additionalProperties": false,
                          "properties": {
                            "startupProbe": {"$ref": "#/$defs/probe"},
                            "readinessProbe": {"$ref": "#/$defs/probe"},
                            "livenessProbe": {"$ref": "#/$defs/probe"}
                          }
                        }
                      }
                    },
                    "controlPlane": {
                      "type": "object",
                      "additionalProperties": false,
                      "properties": {
                        "distro": {
                          "type": "object",
                          "additionalProperties": false,
                          "properties": {
                            "k8s": {
                              "type": "object",
                              "additionalProperties": false,
                              "properties": {
                                "enabled": {"type": "boolean"},
                                "version": {"type": "string"},
                                "image": {"$ref": "#/$defs/image"},
                                "imagePullPolicy": {"type": "string"}
                              }
                            }
                          }
                        },
                        "backingStore": {
                          "type": "object",
                          "additionalProperties": false,
                          "properties": {"etcd": {"$ref": "#/$defs/etcd"}}
                        },
                        "proxy": {
                          "type": "object",
                          "additionalProperties": false,
                          "properties": {"extraSANs": {"$ref": "#/$defs/list"}}
                        },
                        "coredns": {"type": "object", "properties": {"enabled": {"type": "boolean"}}},
                        "service": {"$ref": "#/$defs/service"},
                        "ingress": {"$ref": "#/$defs/ingress"},
                        "statefulSet": {"$ref": "#/$defs/statefulSet"},
                        "advanced": {
                          "type": "object",
                          "additionalProperties": false,
                          "properties": {
                            "podDisruptionBudget": {
                              "type": "object",
                              "additionalProperties": false,
                              "properties": {
                                "enabled": {"type": "boolean"},
                                "minAvailable": {},
                                "maxUnavailable": {}
                              }
                            }
                          }
                        }
                      }
                    }
                  }
                }

                """#.utf8)),
        ChartFile(
            path: "values.yaml",
            bytes: Array(
                #"""
                # What vCluster's own chart calls it, where a test or the operator sets it. Defaults are those of a small test machine.
                controlPlane:
                  distro:
                    k8s:
                      enabled: false
                      version: ""
                  backingStore:
                    etcd:
                      embedded: {enabled: false}
                      deploy:
                        enabled: false
                        statefulSet:
                          resources:
                            requests: {cpu: 20m, memory: 64Mi}
                            limits: {cpu: "1", memory: 256Mi}
                          persistence:
                            volumeClaim: {enabled: true, size: 1Gi, storageClass: "", accessModes: [ReadWriteOnce]}
                  proxy:
                    extraSANs: []
                  coredns: {enabled: true}
                  service:
                    enabled: true
                    labels: {}
                    annotations: {}
                    httpsNodePort: 0
                    kubeletNodePort: 0
                    spec: {type: ClusterIP}
                  ingress:
                    enabled: false
                    host: my-host.example
                    pathType: ImplementationSpecific
                    labels: {}
                    annotations: {}
                    spec: {}
                  statefulSet:
                    labels: {}
                    annotations: {}
                    imagePullPolicy: IfNotPresent
                    # An empty tag is the chart's version.
                    image: {registry: envfactory.test, repository: vcluster, tag: ""}
                    # STAND_IN_... set here change how the stand-in behaves; see README.md.
                    env: []
                    resources:
                      requests: {cpu: 100m, memory: 256Mi}
                      limits: {cpu: "1", memory: 640Mi}
                    pods:
                      labels: {}
                      annotations: {}
                    highAvailability: {replicas: 1}
                    persistence:
                      volumeClaim:
                        # auto: a volume, unless etcd is deployed beside.
                        enabled: auto
                        size: 1Gi
                        storageClass: ""
                        accessModes: [ReadWriteOnce]
                    security:
                      podSecurityContext: {}
                      containerSecurityContext: {allowPrivilegeEscalation: false, runAsUser: 0, runAsGroup: 0}
                    scheduling:
                      podManagementPolicy: Parallel
                      nodeSelector: {}
                      tolerations: []
                      priorityClassName: ""
                    probes:
                      startupProbe: {enabled: true, failureThreshold: 300, timeoutSeconds: 3, periodSeconds: 1}
                      readinessProbe: {enabled: true, failureThreshold: 60, timeoutSeconds: 3, periodSeconds: 2}
                      livenessProbe: {enabled: true, failureThreshold: 60, timeoutSeconds: 3, periodSeconds: 2}
                  advanced:
                    podDisruptionBudget: {enabled: false}

                rbac:
                  role: {enabled: true}
                  # auto is false here: the stand-in needs nothing of the whole cluster.
                  clusterRole: {enabled: auto}

                policies:
                  resourceQuota:
                    enabled: auto
                    quota: {requests.cpu: "10", requests.memory: 20Gi, count/pods: "20"}
                  limitRange:
                    enabled: auto
                    default: {cpu: "1", memory: 512Mi}
                    defaultRequest: {cpu: 100m, memory: 128Mi}
                  networkPolicy: {enabled: false}

                exportKubeConfig:
                  context: ""
                  server: ""
                  insecure: false
                  additionalSecrets: []

                # Taken, and without effect: the stand-in runs no pods and sends nothing anywhere.
                sync: {}
                integrations: {}
                networking: {}
                plugins: {}
                experimental: {}
                telemetry: {enabled: true}
                logging: {encoding: console}

                """#.utf8)),
    ]
}
