import Formats

extension Cluster {
    /// What a container of a pod has written: a line that says that it runs, or what a ``PodFault`` lets it say.
    func log(of pod: StoredObject, _ request: APIRequest) throws(APIStatus) -> String {
        let name = try container(of: pod, request.query["container"])
        let states = ["initContainerStatuses", "containerStatuses"].flatMap {
            pod.json[path: "status", $0]?.array ?? []
        }
        let state = states.first { $0["name"]?.string == name }?["state"]
        // Of what ran before its containers, a pod that runs says nothing more.
        let hasRun = state.map { $0["waiting"] == nil } ?? (pod.json[path: "status", "phase"] == "Running")
        guard hasRun else {
            let reason = state?[path: "waiting", "reason"]?.string ?? "ContainerCreating"
            throw .badRequest(
                "container \"\(name)\" in pod \"\(pod.place.name)\" is waiting to start: \(reason)")
        }
        let lines = podFaults.log(of: pod, container: name) ?? ["\(name) runs"]
        let count = request.query["tailLines"].flatMap { Int($0) } ?? lines.count
        return lines.suffix(max(0, count)).map { "\($0)\n" }.joined()
    }

    /// The container that is meant: named, or the only one.
    private func container(of pod: StoredObject, _ asked: String?) throws(APIStatus) -> String {
        let names = ["initContainers", "containers"].map { list in
            (pod.json[path: "spec", list]?.array ?? []).compactMap { $0["name"]?.string }
        }
        guard let asked else {
            guard names[1].count == 1 else {
                let choice = names[1].joined(separator: " ")
                throw .badRequest(
                    "a container name must be specified for pod \(pod.place.name), choose one of: [\(choice)]")
            }
            return names[1][0]
        }
        guard names.joined().contains(asked) else {
            throw .badRequest("container \(asked) is not valid for pod \(pod.place.name)")
        }
        return asked
    }
}
