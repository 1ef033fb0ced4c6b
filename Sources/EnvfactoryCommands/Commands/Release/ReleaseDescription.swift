import EnvironmentAPI
import Formats
import Helm
import Kubernetes

/// One revision of a release in words: what Helm says of it, whose it is, what to do, its hooks and objects.
///
/// Its values, its manifest and its hooks' texts are left out: they may hold secrets.
struct ReleaseDescription: Sendable {
    let release: Release
    let environment: String
    let standing: ReleaseStanding
    let isNewest: Bool
    var objects: [InspectedObject] = []

    /// Takes one of the stored revisions, which come in their order.
    init(_ release: Release, among stored: [StoredRelease], of owner: EnvironmentRelease) {
        self.release = release
        isNewest = stored.newestReadable == release.revision
        environment = owner.source.environment ?? ""
        standing = ReleaseStanding(release, among: stored, of: owner.environment)
    }

    private var row: ReleaseRow { ReleaseRow(release) }
}

// MARK: - For people

extension ReleaseDescription {
    var text: String {
        var lines = headLines
        lines += ["CHART: \(row.chart)", "APP VERSION: \(row.appVersion)", "ENVIRONMENT: \(environment)"]
        lines.append("OPERATION: \(standing.operation)")
        lines += standing.advice.map { ["ADVICE: \($0)"] } ?? []
        return lines.map { $0.escapingControls() + "\n" }.joined() + section("HOOKS", hookTable)
            + section("RESOURCES", objectTable) + notes
    }

    /// What `helm status` prints, but for the notes.
    private var headLines: [String] {
        var row = row
        row.notes = ""
        return row.statusLines
    }

    /// Each line by itself: what is in them would speak to the terminal.
    private var notes: String {
        row.statusLines.dropFirst(headLines.count)
            .flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }
            .map { String($0).escapingControls() + "\n" }.joined()
    }

    private var hookTable: Table? {
        guard !release.hooks.isEmpty else { return nil }
        var table = Table("KIND", "NAME", "EVENTS", "LAST RUN", "STARTED", "COMPLETED")
        for hook in release.hooks {
            let phase = hook.lastRun.phase == .none ? "<none>" : hook.lastRun.phase.rawValue
            table.add(
                hook.kind, hook.name, hook.eventNames.joined(separator: ","), phase,
                hook.lastRun.startedAt?.moment.description ?? "", hook.lastRun.completedAt?.moment.description ?? "")
        }
        return table
    }

    private var objectTable: Table? {
        guard !objects.isEmpty else { return nil }
        var table = Table("KIND", "NAME", "STATE")
        for object in objects { table.add(object.kind, object.name, object.state.rawValue) }
        return table
    }

    private func section(_ title: String, _ table: Table?) -> String {
        table.map { "\(title):\n" + $0.text(indent: "  ") } ?? ""
    }
}

// MARK: - For programs

extension ReleaseDescription {
    /// Under the keys of `helm status -o json`, without what may hold secrets; what Helm does not know is under
    /// `envfactory`.
    var json: JSONValue {
        var json: JSONValue = ["name": .string(release.name), "info": info]
        if !release.hooks.isEmpty { json["hooks"] = .array(release.hooks.map(\.shownJSON)) }
        json["version"] = .integer(Int64(release.revision))
        json["namespace"] = .string(release.namespace)
        json["envfactory"] = ours
        return json
    }

    private var info: JSONValue {
        let info = release.info
        var json: JSONValue = [:]
        json["first_deployed"] = info.firstDeployed.map { .string($0.text) }
        json["last_deployed"] = info.lastDeployed.map { .string($0.text) }
        json["deleted"] = info.deleted.map { .string($0.text) }
        json["description"] = .string(info.description)
        json["status"] = .string(info.status.rawValue)
        json["rollback_revision"] = info.rollbackRevision.map { .integer(Int64($0)) }
        if !info.notes.isEmpty { json["notes"] = .string(info.notes) }
        return json
    }

    private var ours: JSONValue {
        var json: JSONValue = [
            "environment": .string(environment), "chart": .string(row.chart), "app_version": .string(row.appVersion),
            "operation": .string(standing.operation),
        ]
        json["advice"] = standing.advice.map(JSONValue.string)
        if !objects.isEmpty {
            json["resources"] = .array(
                objects.map {
                    ["kind": .string($0.kind), "name": .string($0.name), "state": .string($0.state.rawValue)]
                })
        }
        return json
    }
}

extension ReleaseHook {
    /// Under Helm's own keys, without its text.
    fileprivate var shownJSON: JSONValue {
        var run: JSONValue = [:]
        run["started_at"] = lastRun.startedAt.map { .string($0.text) }
        run["completed_at"] = lastRun.completedAt.map { .string($0.text) }
        run["phase"] = .string(lastRun.phase.rawValue)
        return [
            "name": .string(name), "kind": .string(kind), "path": .string(path),
            "events": .array(eventNames.map(JSONValue.string)), "last_run": run, "weight": .integer(Int64(weight)),
            "delete_policies": .array(deletePolicyNames.map(JSONValue.string)),
        ]
    }
}
