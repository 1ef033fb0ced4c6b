import Formats
import Kubernetes

extension Release {
    /// Reads a release's JSON.
    init(_ json: JSONValue) throws(HelmError) {
        guard json.object != nil else { throw HelmError("it is no object") }
        var fields: ReleaseFields = try ReleaseFields(json, place: "release")
        name = try fields.text("name")
        namespace = try fields.text("namespace")
        revision = try fields.integer("version")
        guard let info = fields.take("info") else { throw HelmError("release.info is missing") }
        self.info = try Info(info)
        guard let chart = fields.take("chart") else { throw HelmError("release.chart is missing") }
        self.chart = try ReleaseChart(chart)
        config = try fields.object("config")
        manifest = try fields.text("manifest")
        applyMethod = try fields.text("apply_method")
        var hooks: [ReleaseHook] = []
        for (index, hook) in try fields.list("hooks").enumerated() {
            hooks.append(try ReleaseHook(hook, place: "release.hooks[\(index)]"))
        }
        self.hooks = hooks
        others = fields.others
    }

    /// The release's JSON in gzip, as Helm keeps it.
    package var packed: [UInt8] { chart.gzip(with: members) }

    /// No fewer bytes than ``packed`` has, known without packing.
    package var mostPacked: Int { chart.mostPacked(with: members) }

    /// All but the chart.
    private var members: JSONObject {
        var json: JSONObject = JSONObject()
        json.put("name", name)
        json["info"] = info.json
        if !config.isEmpty { json["config"] = .object(config) }
        json.put("manifest", manifest)
        if !hooks.isEmpty { json["hooks"] = .array(hooks.map(\.json)) }
        json.put("version", revision)
        json.put("namespace", namespace)
        json.put("apply_method", applyMethod)
        json.add(others)
        return json
    }
}

extension Release.Info {
    fileprivate init(_ json: JSONValue) throws(HelmError) {
        var fields: ReleaseFields = try ReleaseFields(json, place: "release.info")
        let name: String = try fields.text("status")
        guard let status = ReleaseStatus(rawValue: name.isEmpty ? "unknown" : name) else {
            throw HelmError("release.info.status is \"\(name.shown)\", which no Helm writes")
        }
        self.init(status: status)
        description = try fields.text("description")
        firstDeployed = try fields.time("first_deployed")
        lastDeployed = try fields.time("last_deployed")
        deleted = try fields.time("deleted")
        notes = try fields.text("notes")
        let target: Int = try fields.integer("rollback_revision")
        rollbackRevision = target == 0 ? nil : target
        others = fields.others
    }

    fileprivate var json: JSONValue {
        var json: JSONObject = JSONObject()
        json.put("first_deployed", firstDeployed?.text ?? "")
        json.put("last_deployed", lastDeployed?.text ?? "")
        json.put("deleted", deleted?.text ?? "")
        json.put("description", description)
        json["status"] = .string(status.rawValue)
        json.put("rollback_revision", rollbackRevision ?? 0)
        json.put("notes", notes)
        json.add(others)
        return .object(json)
    }
}

extension ReleaseHook {
    fileprivate init(_ json: JSONValue, place: String) throws(HelmError) {
        var fields: ReleaseFields = try ReleaseFields(json, place: place)
        name = try fields.text("name")
        kind = try fields.text("kind")
        path = try fields.text("path")
        manifest = try fields.text("manifest")
        eventNames = try fields.texts("events")
        weight = try fields.integer("weight")
        deletePolicyNames = try fields.texts("delete_policies")
        outputLogPolicyNames = try fields.texts("output_log_policies")
        lastRun = try Run(fields.take("last_run"), place: "\(place).last_run")
        others = fields.others
    }

    fileprivate var json: JSONValue {
        var json: JSONObject = JSONObject()
        json.put("name", name)
        json.put("kind", kind)
        json.put("path", path)
        json.put("manifest", manifest)
        json.put("events", eventNames)
        json["last_run"] = lastRun.json
        json.put("weight", weight)
        json.put("delete_policies", deletePolicyNames)
        json.put("output_log_policies", outputLogPolicyNames)
        json.add(others)
        return .object(json)
    }
}

extension ReleaseHook.Run {
    fileprivate init(_ json: JSONValue?, place: String) throws(HelmError) {
        var fields: ReleaseFields = try ReleaseFields(json, place: place)
        let name: String = try fields.text("phase")
        guard let phase = ReleaseHook.Phase(rawValue: name) else {
            throw HelmError("\(place).phase is \"\(name.shown)\", which no Helm writes")
        }
        self.phase = phase
        startedAt = try fields.time("started_at")
        completedAt = try fields.time("completed_at")
        others = fields.others
    }

    fileprivate var json: JSONValue {
        var json: JSONObject = JSONObject()
        json.put("started_at", startedAt?.text ?? "")
        json.put("completed_at", completedAt?.text ?? "")
        json["phase"] = .string(phase.rawValue)
        json.add(others)
        return .object(json)
    }
}

extension JSONObject {
    /// Adds members, over which those that are there already win.
    fileprivate mutating func add(_ others: JSONObject) {
        for (key, value) in others where self[key] == nil { self[key] = value }
    }
}

extension String {
    /// A text of somebody else's in a message of ours.
    var shown: String { escapingControls(limit: 128) }
}
