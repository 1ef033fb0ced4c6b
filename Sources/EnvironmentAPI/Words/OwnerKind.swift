/// What has a namespace of its own on the host, and the labels by which its objects are known.
package enum OwnerKind: Sendable, Hashable, CaseIterable {
    case environment
    case inferenceEndpoint

    package var nameLabel: String {
        switch self {
        case .environment: Words.Label.environment
        case .inferenceEndpoint: Words.Label.inferenceEndpoint
        }
    }

    package var namespaceLabel: String {
        switch self {
        case .environment: Words.Label.environmentNamespace
        case .inferenceEndpoint: Words.Label.inferenceEndpointNamespace
        }
    }

    package var uidLabel: String {
        switch self {
        case .environment: Words.Label.environmentUID
        case .inferenceEndpoint: Words.Label.inferenceEndpointUID
        }
    }
}
