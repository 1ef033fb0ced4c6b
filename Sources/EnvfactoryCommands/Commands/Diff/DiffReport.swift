import ControllerRuntime
import EnvironmentAPI
import EnvironmentOperator
import Formats
import Kubernetes

/// What `diff` found, and how it is printed.
struct DiffReport: Sendable {
    /// The classes of files.
    var classes: [DeclaredObject]
    var environments: [EnvironmentPreview] = []
    /// What is not known about all of it.
    var notes: [String]

    init(classes: [DeclaredObject], notes: [String]) {
        self.classes = classes.sorted { $0.key.name < $1.key.name }
        self.notes = notes
    }

    var changes: [ObjectChange] { classes.compactMap(\.change) + environments.flatMap(\.changes) }

    var summary: DiffSummary { DiffSummary(changes) }

    func print(_ console: Console) throws {
        switch console.format {
        case .table: try console.print(text)
        case .json: try console.print(json.text(indented: true, sorted: true) + "\n")
        case .yaml: try console.print(YAML.text(try JSONValue(parsing: json.encoded(sorted: true))))
        case .name:
            try console.print(changes.map { $0.key.resource.shortReference($0.key.name) + "\n" }.joined())
        }
        for note in notes { try console.warn(note) }
        try console.note(summary.text(environments.count))
    }
}

/// How many objects would change how.
struct DiffSummary: Sendable, Hashable {
    private let counts: [Int]

    init(_ changes: [ObjectChange]) {
        counts = ChangeAction.allCases.map { action in changes.count { $0.action == action } }
    }

    var isEmpty: Bool { counts.allSatisfy { $0 == 0 } }

    func text(_ environments: Int) -> String {
        let place = "in \(environments) environment\(environments == 1 ? "" : "s")"
        guard !isEmpty else { return "no differences \(place)" }
        let parts = zip(ChangeAction.allCases, counts).map { action, count in "\(count) to \(action.rawValue)" }
        return "\(parts.joined(separator: ", ")) \(place)"
    }

    var json: JSONValue {
        .object(JSONObject(unique: zip(ChangeAction.allCases, counts).map { ($0.rawValue, .integer(Int64($1))) }))
    }
}

// MARK: - As text

extension DiffReport {
    /// As a plan: `+` what is created, `~` what is changed, `-` what is deleted, `!` what is to be known.
    var text: String {
        let classes = classes.map { declared -> String in
            let violations = EnvironmentClass(from: declared.object).violations().map(\.message)
            let standing = violations.isEmpty ? "accepted" : "not accepted (\(ClassAcceptedReason.invalid.rawValue))"
            return Self.heading("EnvironmentClass \(declared.key.name): \(standing)")
                + violations.map(Self.remark).joined() + (declared.change.map(Self.lines) ?? "")
        }
        return (classes + environments.map(Self.text)).joined(separator: "\n")
    }

    private static func text(_ preview: EnvironmentPreview) -> String {
        let acceptance = preview.acceptance
        let standing = acceptance.isAccepted ? "accepted" : "not accepted (\(acceptance.reason.rawValue))"
        var text = heading("Environment \(preview.name) (class \(preview.environmentClassName)): \(standing)")
        text += acceptance.violations.map { remark($0.message) }.joined() + acceptance.notes.map(remark).joined()
        text += (preview.warnings + preview.unread).map(remark).joined()
        text += preview.release?.text.map(line) ?? ""
        text += preview.changes.map(lines).joined()
        return preview.changes.isEmpty ? text + line("no differences") : text
    }

    private static func lines(_ change: ObjectChange) -> String {
        let place = change.key.namespace.map { "\($0)/" } ?? ""
        return line("\(change.action.sign) \(change.key.resource.kind) \(place)\(change.key.name)")
            + change.fields.map { "    " + line("\($0.action.sign) \($0.path): \($0.text)") }.joined()
    }

    private static func heading(_ text: String) -> String { "\(text.escapingControls())\n" }
    private static func line(_ text: String) -> String { "  \(text.escapingControls())\n" }
    private static func remark(_ text: String) -> String { line("! \(text)") }
}

extension ChangeAction {
    fileprivate var sign: String {
        switch self {
        case .create: "+"
        case .change: "~"
        case .delete: "-"
        }
    }
}

extension FieldChange {
    fileprivate var text: String {
        guard !isSensitive else { return action == .change ? "(sensitive, differs)" : "(sensitive)" }
        return [old, new].compactMap { $0?.text() }.joined(separator: " -> ")
    }
}

extension ReleasePreview {
    /// `nil` where no revision would be made.
    fileprivate var text: String? {
        guard let nextRevision, let nextChart else { return nil }
        let revisions = (revision.map { "\($0) -> " } ?? "") + String(nextRevision)
        let charts = (chart == nextChart ? nil : chart).map { "\($0) -> \(nextChart)" } ?? nextChart
        return "release \(name): revision \(revisions), chart \(charts)"
    }
}

// MARK: - As JSON

extension DiffReport {
    /// What scripts read; keys stay, and what there is not is left out.
    ///
    ///     classes[], environments[]: name, accepted {status, reason, violations[] {path, message}}, objects[]
    ///     environments[]: also namespace, class, warnings[], unread[], and of virtual clusters release
    ///       {name, revision, chart, nextRevision, nextChart, refusal}
    ///     objects[]: action, apiVersion, kind, namespace, name, fields[] {action, path, sensitive, old, new}
    ///     summary: create, change, delete
    ///     warnings[]
    var json: JSONValue {
        [
            "classes": .array(classes.map(Self.json)),
            "environments": .array(environments.map(Self.json)),
            "summary": summary.json,
            "warnings": .array(notes.map(JSONValue.string)),
        ]
    }

    private static func json(_ declared: DeclaredObject) -> JSONValue {
        let violations = EnvironmentClass(from: declared.object).violations()
        return [
            "name": .string(declared.key.name),
            "accepted": acceptance(
                violations.isEmpty, (violations.isEmpty ? ClassAcceptedReason.accepted : .invalid).rawValue, violations),
            "objects": .array((declared.change.map { [$0] } ?? []).map(\.json)),
        ]
    }

    private static func json(_ preview: EnvironmentPreview) -> JSONValue {
        let acceptance = preview.acceptance
        var json: JSONValue = [
            "namespace": .string(preview.name.namespace),
            "name": .string(preview.name.name),
            "class": .string(preview.environmentClassName),
            "accepted": Self.acceptance(acceptance.isAccepted, acceptance.reason.rawValue, acceptance.violations),
            "objects": .array(preview.changes.map(\.json)),
            "warnings": .array((acceptance.notes + preview.warnings).map(JSONValue.string)),
            "unread": .array(preview.unread.map(JSONValue.string)),
        ]
        json["release"] = preview.release?.json
        return json
    }

    private static func acceptance(_ isAccepted: Bool, _ reason: String, _ violations: [Violation]) -> JSONValue {
        [
            "status": .bool(isAccepted), "reason": .string(reason),
            "violations": .array(violations.map { ["path": .string($0.path), "message": .string($0.message)] }),
        ]
    }
}

extension ObjectChange {
    fileprivate var json: JSONValue {
        var json: JSONValue = [
            "action": .string(action.rawValue), "apiVersion": .string(key.resource.apiVersion),
            "kind": .string(key.resource.kind), "name": .string(key.name), "fields": .array(fields.map(\.json)),
        ]
        json["namespace"] = key.namespace.map(JSONValue.string)
        return json
    }
}

extension FieldChange {
    /// Without `old` and `new` where it is sensitive; without one of them where there is none.
    fileprivate var json: JSONValue {
        var json: JSONValue = [
            "action": .string(action.rawValue), "path": .string(path), "sensitive": .bool(isSensitive),
        ]
        json["old"] = old
        json["new"] = new
        return json
    }
}

extension ReleasePreview {
    /// Without what there is not.
    fileprivate var json: JSONValue {
        var json: JSONValue = ["name": .string(name)]
        json["revision"] = revision.map { .integer(Int64($0)) }
        json["chart"] = chart.map(JSONValue.string)
        json["nextRevision"] = nextRevision.map { .integer(Int64($0)) }
        json["nextChart"] = nextChart.map(JSONValue.string)
        json["refusal"] = refusal.map { .string($0.rawValue) }
        return json
    }
}
