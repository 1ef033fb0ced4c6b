import ControllerRuntime
import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes

/// `envfactory doctor`.
struct DoctorRun: Command {
    static let description = CommandDescription(
        "doctor",
        summary: "Look whether everything is there that environments need",
        why: """
            Looks at the server's version and clock, the definitions, the admission policies, whether an operator leads \
            and whether it is paused, at the classes and their charts, and at your own rights in the namespace; says \
            what to do about each that is missing. It changes nothing. Ends with 9 where something does not work.
            """,
        example: "envfactory doctor --namespace team-payments",
        printsObjects: true
    )

    init(_ arguments: ParsedArguments) throws(UsageError) {}

    func run(_ context: CommandContext) async throws {
        let connection = try context.connect(retries: RetryPolicy(tries: 2, connectionTries: 1, totalWait: .seconds(5)))
        let findings = try await Examination(connection: connection, context: context).findings()
        let json: JSONValue = ["checks": .array(findings.map(\.json))]
        switch context.console.format {
        case .json: try context.console.print(json.text(indented: true) + "\n")
        case .yaml: try context.console.print(YAML.text(json))
        case .table: try context.console.print(Table(findings).text())
        case .name:
            try context.console.print(findings.filter { $0.grade == .failure }.map { "\($0.check)\n" }.joined())
        }
        let failures = findings.count { $0.grade == .failure }
        guard failures > 0 else { return }
        throw CommandFailure(
            .environmentFailed, "\(failures) of \(findings.count) checks failed",
            hints: context.console.format == .table ? [] : ["'envfactory doctor' without --output says what to do"])
    }
}

/// Looks at one thing after the other; what cannot be looked at stops nothing.
private struct Examination {
    let connection: ClusterConnection
    let context: CommandContext

    private var client: KubernetesClient { connection.client }

    func findings() async throws -> [DoctorFinding] {
        // Without an answer to this nothing else can be said.
        let version = try await client.serverVersion()
        var findings = [DoctorFinding.server(version)]
        if let clock = DoctorFinding.clock(local: context.time.now, server: connection.clock.now) {
            findings.append(clock)
        }
        let definitions = try await look("definitions") { try await served() }
        findings += definitions
        findings += try await look("policies") { try await policies(version) }
        findings += try await look("operator") { try await [leader()] }
        findings += try await look("pause") { [.pause(PauseNotice(try await client.find(PauseNotice.key)))] }
        guard definitions.allSatisfy({ $0.grade == .ok }) else { return findings }
        findings += try await look("classes") { try await classes() }
        return try await findings + look("rights") { try await rights() }
    }

    /// - Throws: Only that the command is being ended.
    private func look(
        _ check: String, _ examine: () async throws -> [DoctorFinding]
    ) async throws -> [DoctorFinding] {
        do {
            return try await examine()
        } catch let error as CancellationError {
            throw error
        } catch {
            return [DoctorFinding(check, error)]
        }
    }

    private func served() async throws -> [DoctorFinding] {
        let served = try await client.discover().resources.map(\.resource.qualifiedName)
        return [.definitions(served: served)]
    }

    private func policies(_ version: ServerVersion) async throws -> [DoctorFinding] {
        let resource = APIResource(
            "admissionregistration.k8s.io", "v1", "validatingadmissionpolicybindings",
            kind: "ValidatingAdmissionPolicyBinding", isNamespaced: false)
        guard version.hasAdmissionPolicies else { return [] }
        let found = try await client.listAll(resource, namespace: nil, ListOptions(limit: 500, metadataOnly: true))
            .items
        return [DoctorFinding.policies(found: found.map(\.name), on: version)].compactMap(\.self)
    }

    private func leader() async throws -> DoctorFinding {
        let key = ObjectKey(.leases, namespace: Words.Installation.namespace, name: Words.Installation.lease)
        return .operator(try await client.find(key).map { LeaseRecord($0) }, now: connection.now)
    }

    private func classes() async throws -> [DoctorFinding] {
        let classes = try await client.listAll(.environmentClasses).items.map(EnvironmentClass.init(from:))
        guard !classes.isEmpty else {
            return [
                DoctorFinding(
                    "classes", .failure, "there is none, so that no environment can be made",
                    advice: "apply one: examples/10-class-sandbox.yaml is a beginning")
            ]
        }
        var findings: [DoctorFinding] = []
        for item in classes {
            findings.append(.environmentClass(item))
            if let chart = try await chart(of: item) { findings.append(chart) }
        }
        return findings
    }

    private func chart(of item: EnvironmentClass) async throws -> DoctorFinding? {
        guard let chart = item.spec.virtualCluster?.chart, item.spec.isolation == .virtualCluster else { return nil }
        var address = chart.repository[...]
        while address.last == "/" { address = address.dropLast() }
        // The bodies of indexes are large, and nothing in them is asked for.
        var request = HTTPRequest(.head, "\(address)/index.yaml", bodyLimit: 1 << 16)
        request.timeout = .seconds(10)
        do {
            let response = try await context.surroundings.repositories(nil).send(request)
            return .chart(item.metadata.name, String(address), response.status, nil)
        } catch let error as HTTPTransportError {
            return .chart(item.metadata.name, String(address), nil, error.message)
        }
    }

    private func rights() async throws -> [DoctorFinding] {
        let wanted = [
            ("list", APIResource.environmentClasses, nil), ("create", .environments, connection.namespace),
            ("delete", .environments, connection.namespace),
        ]
        var findings: [DoctorFinding] = []
        for (verb, resource, namespace) in wanted {
            let attributes = ResourceAttributes(
                verb: verb, group: resource.group, resource: resource.plural, namespace: namespace)
            let review = try await client.selfSubjectAccessReview(attributes)
            findings.append(.right(verb, resource.plural, in: namespace, isAllowed: review.isAllowed))
        }
        return findings
    }
}
