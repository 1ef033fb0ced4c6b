extension APIResource {
    package static let deployments = APIResource("apps", "v1", "deployments", kind: "Deployment")
    package static let statefulSets = APIResource("apps", "v1", "statefulsets", kind: "StatefulSet")
    package static let jobs = APIResource("batch", "v1", "jobs", kind: "Job")
    package static let ingresses = APIResource("networking.k8s.io", "v1", "ingresses", kind: "Ingress")
    package static let endpointSlices = APIResource("discovery.k8s.io", "v1", "endpointslices", kind: "EndpointSlice")
    package static let podDisruptionBudgets = APIResource(
        "policy", "v1", "poddisruptionbudgets", kind: "PodDisruptionBudget")
}
