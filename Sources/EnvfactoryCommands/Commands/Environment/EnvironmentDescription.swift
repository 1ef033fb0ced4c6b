import EnvironmentAPI
import Formats
import Kubernetes

/// An environment in words: what it is, how it stands, what happened, and what holds its end.
struct EnvironmentDescription {
    let environment: Environment
    let events: [EventLine]
    let now: Timestamp

    var text: String {
        fields + access.section("Access")
            + Table(conditions: environment.status.conditions, now: now).section("Conditions")
            + Table(leftovers: environment.status.leftovers).section("Leftovers")
            + Table(events: events, now: now).section("Events")
    }

    private var standing: EnvironmentStanding { EnvironmentStanding(environment: environment, now: now) }

    private var fields: String {
        let (metadata, spec, status) = (environment.metadata, environment.spec, environment.status)
        var fields = Fields()
        fields.add("Name", metadata.name)
        fields.add("Namespace", metadata.namespace)
        fields.add("Class", spec.environmentClassName)
        fields.add("Ready", "\(status.condition(.ready)?.status.rawValue ?? "Unknown") (\(standing.ready))")
        fields.add("Message", standing.message)
        fields.add("Created", metadata.creationTimestamp.map { "\($0) (\(standing.age) ago)" })
        fields.add("Ends", ends)
        fields.add("Host namespace", status.namespace?.name)
        fields.add("Kubeconfig", status.kubeconfig.map { "Secret \($0.secretNamespace)/\($0.secretName)" })
        fields.add("Server", status.kubeconfig?.server)
        fields.add("Source", spec.source.map(Self.text))
        fields.add("Parameters", spec.parameters.map { "\($0.key)=\($0.value.text())" }.joined(separator: ", "))
        fields.add("Quota", spec.quota.map { "\($0.key)=\($0.value)" }.joined(separator: ", "))
        return fields.text
    }

    private var ends: String? {
        guard let expiresAt = environment.status.expiresAt else { return nil }
        let ttl = environment.spec.ttl.map { "ttl \($0.shortText)" } ?? "ttl of the class"
        if environment.isTerminated { return "\(expiresAt) (\(ttl); it has ended)" }
        let rest = expiresAt - now
        return "\(expiresAt) (\(ttl); \(rest > .zero ? "in \(Age.text(rest))" : "due"))"
    }

    private static func text(_ source: Environment.Source) -> String {
        let place = [source.provider?.rawValue, source.repository].compactMap(\.self).joined(separator: " ")
        let request = source.pullRequest.map { "pull request \($0)" }
        let branch = source.branch.map { "branch \($0)" }
        let commit = source.commit.map { "commit \($0.prefix(12))" }
        return [place, request, branch, commit].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ")
    }

    private var access: Table? {
        let subjects = environment.spec.access
        guard !subjects.isEmpty else { return nil }
        var table = Table("KIND", "NAMESPACE", "NAME")
        for subject in subjects { table.add(subject.kind.rawValue, subject.namespace ?? "", subject.name) }
        return table
    }
}
