import EnvironmentAPI
import Formats
import HTTPModel
import Helm
import Kubernetes

extension CommandFailure {
    /// What any error comes to: the one place where errors become exit codes and instructions.
    init(_ error: any Error) {
        switch error {
        case let error as CommandFailure: self = error
        case let error as KubernetesError: self.init(error)
        case let error as HTTPTransportError: self.init(KubernetesError(error))
        case let error as UsageError: self.init(error)
        case let error as SystemError: self.init(.internalError, error.description, hints: error.hints)
        case let error as ChartFetchError: self.init(ExitCode(error.code), error.message)
        case let error as HelmError: self.init(.rejected, error.description)
        case let error as FormatError: self.init(.rejected, error.description)
        case let error as HelmError: self.init(.rejected, error.description)
        case is CancellationError: self.init(.interrupted, "interrupted")
        default: self.init(.internalError, String(describing: error))
        }
    }

    private init(_ error: UsageError) {
        let hints = error.command.map { ["see 'envfactory help \($0)'"] } ?? []
        self.init(
            .usage, error.problems.first ?? "the arguments make no command",
            details: Array(error.problems.dropFirst()), hints: hints)
    }

    private init(_ error: KubernetesError) {
        let details = error.causes.map { $0.field.isEmpty ? $0.message : "\($0.field): \($0.message)" }
        self.init(ExitCode(error.code), error.message, details: details, hints: Self.hints(error))
    }

    private static func hints(_ error: KubernetesError) -> [String] {
        switch error.code {
        case .forbidden: ["ask whoever runs this cluster for the right, or use another --context"]
        case .unauthorized:
            [
                "the credentials of the kubeconfig are not accepted: log in anew, or use another --context",
                "in a CI run, see whether 'envfactory token' has the --audience that this cluster takes",
            ]
        case .unreachable, .interrupted, .serviceUnavailable, .tooManyRequests:
            ["see whether the cluster is up and the kubeconfig's server is its address, then try again"]
        case .untrusted: ["see whether the kubeconfig's certificate-authority is that of this cluster"]
        case .timeout: ["what was asked for may have happened: look first, then try again with --request-timeout"]
        case .notFound where error.isAboutUnservedResource:
            ["envfactory is not installed here: run 'envfactory install'"]
        default: []
        }
    }
}

extension KubernetesError {
    /// The server does not serve one of our own resources at all.
    var isAboutUnservedResource: Bool {
        code == .notFound && subject == nil && message.contains(Words.group)
    }
}
