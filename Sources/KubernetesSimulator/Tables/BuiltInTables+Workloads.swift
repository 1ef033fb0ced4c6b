import Formats

extension BuiltInTables {
    static let pods: [TableColumn] = [
        .name,
        .text("Ready") { pod in
            let ready = pod.items("status", "containerStatuses").filter { $0["ready"] == true }
            return "\(ready.count)/\(pod.items("spec", "containers").count)"
        },
        .text("Status", podReason),
        TableColumn(name: "Restarts", cell: restarts),
        .age,
        .text("IP") { pod in
            pod.items("status", "podIPs").first?["ip"]?.string ?? pod[path: "status", "podIP"]?.string ?? none
        }.wide,
        .text("Node", at: "spec", "nodeName", else: none).wide,
        .text("Nominated Node", at: "status", "nominatedNodeName", else: none).wide,
        .text("Readiness Gates") { pod in
            let gates = pod.items("spec", "readinessGates")
            let conditions = pod.items("status", "conditions")
            let met = gates.filter { gate in
                conditions.contains { $0["type"] == gate["conditionType"] && $0["status"] == "True" }
            }
            return gates.isEmpty ? none : "\(met.count)/\(gates.count)"
        }.wide,
    ]

    /// In a word, why a pod is as it is.
    @Sendable private static func podReason(_ pod: JSONValue) -> String {
        let phase = pod[path: "status", "phase"]?.string ?? ""
        var reason = pod[path: "status", "reason"]?.string ?? phase
        var isRunning = false
        for status in pod.items("status", "containerStatuses").reversed() {
            if let waiting = status[path: "state", "waiting", "reason"]?.string, !waiting.isEmpty {
                reason = waiting
            } else if let ended = status[path: "state", "terminated"] {
                let code = ended["exitCode"]?.integer ?? 0
                let signal = ended["signal"]?.integer ?? 0
                let known = ended["reason"]?.string ?? ""
                reason = known.isEmpty ? (signal == 0 ? "ExitCode:\(code)" : "Signal:\(signal)") : known
            } else if status["ready"] == true, status[path: "state", "running"] != nil {
                isRunning = true
            }
        }
        if reason == "Completed", isRunning {
            let isReady = pod.items("status", "conditions").contains { $0["type"] == "Ready" && $0["status"] == "True" }
            reason = isReady ? "Running" : "NotReady"
        }
        let isOver = phase == "Failed" || phase == "Succeeded"
        return pod[path: "metadata", "deletionTimestamp"] != nil && !isOver ? "Terminating" : reason
    }

    @Sendable private static func restarts(_ pod: JSONValue, _ now: Timestamp) -> JSONValue {
        let statuses = pod.items("status", "containerStatuses")
        let count = statuses.reduce(0) { $0 + $1.number("restartCount") }
        let ends = statuses.compactMap { $0[path: "lastState", "terminated", "finishedAt"]?.string }
        guard count > 0, let last = ends.max() else { return .string(String(count)) }
        return .string("\(count) (\(HumanDuration.since(.string(last), now)) ago)")
    }

    static let deployments: [TableColumn] =
        [
            .name,
            .text("Ready") { "\($0.number("status", "readyReplicas"))/\($0.number("spec", "replicas"))" },
            .count("Up-to-date", type: "string") { $0.number("status", "updatedReplicas") },
            .count("Available", type: "string") { $0.number("status", "availableReplicas") },
            .age,
        ] + containers + [.text("Selector") { selector($0[path: "spec", "selector"]) }.wide]

    static let statefulSets: [TableColumn] =
        [
            .name,
            .text("Ready") { "\($0.number("status", "readyReplicas"))/\($0.number("spec", "replicas"))" },
            .age,
        ] + containers

    static let jobs: [TableColumn] =
        [
            .name,
            .text("Status", jobStatus),
            .text("Completions") { job in
                let succeeded = job.number("status", "succeeded")
                if let wanted = job[path: "spec", "completions"]?.integer { return "\(succeeded)/\(wanted)" }
                let parallelism = job.number("spec", "parallelism")
                return parallelism > 1 ? "\(succeeded)/1 of \(parallelism)" : "\(succeeded)/1"
            },
            TableColumn(name: "Duration") { job, now in
                guard let start = job[path: "status", "startTime"] else { return "" }
                let whole = HumanDuration.between(start, job[path: "status", "completionTime"])
                return .string(whole ?? HumanDuration.since(start, now))
            },
            .age,
        ] + containers + [.text("Selector") { selector($0[path: "spec", "selector"]) }.wide]

    @Sendable private static func jobStatus(_ job: JSONValue) -> String {
        let conditions = job.items("status", "conditions").filter { $0["status"] == "True" }
        for type in ["Complete", "Failed"] where conditions.contains(where: { $0["type"]?.string == type }) {
            return type
        }
        if job[path: "metadata", "deletionTimestamp"] != nil { return "Terminating" }
        for type in ["Suspended", "FailureTarget"] where conditions.contains(where: { $0["type"]?.string == type }) {
            return type
        }
        return "Running"
    }

    private static let containers: [TableColumn] = [
        .text("Containers") { containerWords("name", $0) }.wide,
        .text("Images") { containerWords("image", $0) }.wide,
    ]

    private static func containerWords(_ name: String, _ workload: JSONValue) -> String {
        workload.items("spec", "template", "spec", "containers").compactMap { $0[name]?.string }
            .joined(separator: ",")
    }

    static let nodes: [TableColumn] = [
        .name,
        .text("Status") { node in
            let ready = node.items("status", "conditions").first { $0["type"] == "Ready" }
            let word = ready.map { $0["status"] == "True" ? "Ready" : "NotReady" } ?? "Unknown"
            return node[path: "spec", "unschedulable"] == true ? "\(word),SchedulingDisabled" : word
        },
        .text("Roles") { node in
            let prefix = "node-role.kubernetes.io/"
            let keys = node[path: "metadata", "labels"]?.object?.keys ?? []
            return joined(keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }.sorted())
        },
        .age,
        .text("Version", at: "status", "nodeInfo", "kubeletVersion"),
        .text("Internal-IP") { address("InternalIP", $0) }.wide,
        .text("External-IP") { address("ExternalIP", $0) }.wide,
        .text("OS-Image", at: "status", "nodeInfo", "osImage", else: "<unknown>").wide,
        .text("Kernel-Version", at: "status", "nodeInfo", "kernelVersion", else: "<unknown>").wide,
        .text("Container-Runtime", at: "status", "nodeInfo", "containerRuntimeVersion", else: "<unknown>").wide,
    ]

    private static func address(_ type: String, _ node: JSONValue) -> String {
        node.items("status", "addresses").first { $0["type"]?.string == type }?["address"]?.string ?? none
    }
}
