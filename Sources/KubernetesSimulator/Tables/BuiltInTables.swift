import Formats

/// What tables of built-in kinds show, as the real server has it.
enum BuiltInTables {
    static func columns(kind: String) -> [TableColumn] {
        switch kind {
        case "Pod": pods
        case "Deployment": deployments
        case "StatefulSet": statefulSets
        case "Job": jobs
        case "Service": services
        case "Ingress": ingresses
        case "Endpoints": endpoints
        case "EndpointSlice": endpointSlices
        case "NetworkPolicy": [.name, .text("Pod-Selector") { selector($0[path: "spec", "podSelector"]) }, .age]
        case "PodDisruptionBudget": budgets
        case "Node": nodes
        case "Namespace": [.name, .text("Status", at: "status", "phase"), .age]
        case "PersistentVolume": volumes
        case "PersistentVolumeClaim": claims
        case "Secret":
            [
                .name, .text("Type", at: "type"),
                .count("Data", type: "string") { Int64($0["data"]?.object?.count ?? 0) }, .age,
            ]
        case "ConfigMap":
            [
                .name,
                .count("Data", type: "string") { object in
                    Int64((object["data"]?.object?.count ?? 0) + (object["binaryData"]?.object?.count ?? 0))
                }, .age,
            ]
        case "ServiceAccount":
            [.name, .count("Secrets", type: "string") { Int64($0.items("secrets").count) }, .age]
        case "ResourceQuota": quotas
        case "Lease": [.name, .text("Holder", at: "spec", "holderIdentity"), .age]
        case "Event": events
        case "RoleBinding", "ClusterRoleBinding": bindings
        default: [.name, .created]
        }
    }

    // MARK: - Policy and access

    private static let budgets: [TableColumn] = [
        .name,
        .text("Min Available") { $0[path: "spec", "minAvailable"].map(shown) ?? "N/A" },
        .text("Max Unavailable") { $0[path: "spec", "maxUnavailable"].map(shown) ?? "N/A" },
        .count("Allowed Disruptions") { $0.number("status", "disruptionsAllowed") },
        .age,
    ]

    private static let quotas: [TableColumn] = [
        .name, .age,
        .text("Request") { used($0) { !$0.hasPrefix("limits.") } },
        .text("Limit") { used($0) { $0.hasPrefix("limits.") } },
    ]

    /// `pods: 1/10, requests.cpu: 0/4`.
    private static func used(_ quota: JSONValue, _ isMeant: (String) -> Bool) -> String {
        let hard = quota[path: "status", "hard"]?.object ?? JSONObject()
        let used = quota[path: "status", "used"]
        return hard.keys.filter(isMeant).sorted()
            .map { "\($0): \(used?[$0].map(shown) ?? "0")/\(hard[$0].map(shown) ?? "0")" }
            .joined(separator: ", ")
    }

    private static let bindings: [TableColumn] = [
        .name,
        .text("Role") { object in
            let reference = object["roleRef"] ?? [:]
            return "\(reference["kind"]?.string ?? "")/\(reference["name"]?.string ?? "")"
        },
        .age,
        .text("Users") { subjects("User", $0) }.wide,
        .text("Groups") { subjects("Group", $0) }.wide,
        .text("ServiceAccounts") { subjects("ServiceAccount", $0) }.wide,
    ]

    private static func subjects(_ kind: String, _ binding: JSONValue) -> String {
        binding.items("subjects").filter { $0["kind"]?.string == kind }.map { subject in
            let name = subject["name"]?.string ?? ""
            return kind == "ServiceAccount" ? "\(subject["namespace"]?.string ?? "")/\(name)" : name
        }.joined(separator: ", ")
    }

    // MARK: - Events

    private static let events: [TableColumn] = [
        TableColumn(name: "Last Seen") { event, now in
            let series = event[path: "series", "lastObservedTime"]
            return .string(HumanDuration.since(series ?? time(of: event, "last") ?? time(of: event, "first"), now))
        },
        .text("Type", at: "type"),
        .text("Reason", at: "reason"),
        .text("Object") { event in
            let object = either(event, "involvedObject", "regarding")
            return "\(object?["kind"]?.string?.lowercased() ?? "")/\(object?["name"]?.string ?? "")"
        },
        .text("Subobject") { either($0, "involvedObject", "regarding")?["fieldPath"]?.string ?? "" }.wide,
        .text("Source", source).wide,
        .text("Message") { either($0, "message", "note")?.string ?? "" },
        TableColumn(name: "First Seen", priority: 1) { event, now in
            .string(HumanDuration.since(time(of: event, "first"), now))
        },
        .count("Count", type: "string") { event in
            let count = either(event, "count", "deprecatedCount")?.integer ?? 1
            return event[path: "series", "count"]?.integer ?? max(count, 1)
        }.wide,
        TableColumn(name: "Name", format: "name", priority: 1, cell: TableColumn.name.cell),
    ]

    /// An Event of either group.
    private static func either(_ event: JSONValue, _ core: String, _ events: String) -> JSONValue? {
        event[core] ?? event[events]
    }

    private static func time(of event: JSONValue, _ which: String) -> JSONValue? {
        let name = which == "last" ? "LastTimestamp" : "FirstTimestamp"
        let known = either(event, "\(which)Timestamp", "deprecated\(name)")
        if let known, !known.isNull { return known }
        return which == "first" ? event["eventTime"] : nil
    }

    @Sendable private static func source(_ event: JSONValue) -> String {
        let source = either(event, "source", "deprecatedSource") ?? [:]
        let controller = either(event, "reportingComponent", "reportingController")?.string ?? ""
        let component = source["component"]?.string ?? ""
        let host = source["host"]?.string ?? event["reportingInstance"]?.string ?? ""
        return [component.isEmpty ? controller : component, host].filter { !$0.isEmpty }.joined(separator: ", ")
    }

    // MARK: - Texts

    static let none = "<none>"

    /// A number or a text.
    @Sendable static func shown(_ value: JSONValue) -> String { value.string ?? value.text() }

    static func joined(_ words: [String], else missing: String = none) -> String {
        words.isEmpty ? missing : words.joined(separator: ",")
    }

    /// `app=web,tier in (a,b)`.
    static func selector(_ selector: JSONValue?) -> String {
        let labels = labels(selector?["matchLabels"])
        let expressions = (selector?["matchExpressions"]?.array ?? []).map { expression -> String in
            let key = expression["key"]?.string ?? ""
            let values = expression.words("values").sorted().joined(separator: ",")
            switch expression["operator"]?.string {
            case "In": return "\(key) in (\(values))"
            case "NotIn": return "\(key) notin (\(values))"
            case "DoesNotExist": return "!\(key)"
            default: return key
            }
        }
        return joined((labels + expressions).sorted())
    }

    static func labels(_ labels: JSONValue?) -> [String] {
        (labels?.object ?? JSONObject()).map { "\($0.key)=\(shown($0.value))" }.sorted()
    }
}
