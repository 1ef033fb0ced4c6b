import Kubernetes

extension KubernetesError {
    /// An outage may pass; a missing right or a resource that is not served will not.
    var mayPass: Bool {
        switch code {
        case .forbidden, .unauthorized, .notFound, .configuration, .untrusted, .badRequest, .methodNotAllowed: false
        default: true
        }
    }
}
