package import Kubernetes

extension APIResource {
    package static let environments = APIResource(
        Words.group, Words.version, "environments", kind: "Environment")
    package static let environmentClasses = APIResource(
        Words.group, Words.version, "environmentclasses", kind: "EnvironmentClass", isNamespaced: false)
    package static let inferenceEndpoints = APIResource(
        Words.group, Words.version, "inferenceendpoints", kind: "InferenceEndpoint")
}
