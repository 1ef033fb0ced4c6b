import CodeHosts
import EnvironmentAPI
import Formats
import Kubernetes

extension SimulatedCodeHost {
    /// Where all pull requests of a scenario are.
    static let repository = "acme/payments"

    /// What an environment's pull request is; `nil` where it comes from none.
    func pull(of environment: Environment) -> PullRequestState? {
        guard let source = environment.spec.source, let repository = source.repository,
            let number = source.pullRequest
        else { return nil }
        return pull(repository, number)
    }
}

extension People {
    /// The number in `pr-42`.
    static func number(_ name: String) throws(KubernetesError) -> Int64 {
        guard let number = name.split(separator: "-").last.flatMap({ Int64($0) }) else {
            throw KubernetesError(.configuration, "\(name) has no number of a pull request in it")
        }
        return number
    }

    /// Changes a pull request at the code host, of which an administrator tells the operator before the first.
    func setPull(_ name: String, _ state: String) async throws {
        let number = try Self.number(name)
        do {
            _ = try await client.create(
                codeHost.secret("code", ["webhookSecret": SimulatedCodeHost.webhookSecret]), as: .secrets)
        } catch let error as KubernetesError where error.code == .alreadyExists {}
        switch PullRequestState(rawValue: state) {
        case .open: codeHost.open(SimulatedCodeHost.repository, number)
        case .closed: codeHost.close(SimulatedCodeHost.repository, number)
        case .merged: codeHost.merge(SimulatedCodeHost.repository, number)
        case nil: throw KubernetesError(.configuration, "a pull request is open, closed or merged")
        }
    }

    /// What a job does that may run late: makes the environment, unless there is one; one that is closed it leaves.
    func runJob(_ name: String, _ className: String) async throws {
        let key = ObjectKey(.environments, namespace: SimulatedHost.team, name: name)
        var object = KubernetesObject(.environments, namespace: SimulatedHost.team, name: name)
        object["spec"] = [
            "environmentClassName": .string(className),
            "source": [
                "provider": "GitHub", "server": "github.com", "repository": .string(SimulatedCodeHost.repository),
                "pullRequest": .integer(try Self.number(name)),
            ],
        ]
        if let known = try await client.find(key) {
            let isClosed = known.annotation(Words.Annotation.closed) != nil
            throw KubernetesError(isClosed ? .forbidden : .alreadyExists, "\(name) is there already")
        }
        _ = try await client.create(object, as: .environments)
    }
}
