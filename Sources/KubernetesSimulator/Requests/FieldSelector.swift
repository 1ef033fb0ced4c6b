import Formats
import Kubernetes

/// A `fieldSelector`: paths and the values they must, or must not, have.
struct FieldSelector: Sendable {
    private struct Requirement: Sendable {
        var path: [Substring]
        var value: String
        var isEqual: Bool
    }

    private var requirements: [Requirement] = []

    init(_ text: String, _ descriptor: ResourceDescriptor) throws(APIStatus) {
        for part in text.split(separator: ",") {
            let isEqual = !part.contains("!=")
            let separator = isEqual ? (part.contains("==") ? "==" : "=") : "!="
            guard let range = part.firstRange(of: separator) else {
                throw .badRequest("invalid selector: '\(text)'; can't understand '\(part)'")
            }
            let path = String(part[..<range.lowerBound])
            guard Self.isSupported(path, descriptor) else {
                throw .badRequest(Self.refusal(path, descriptor))
            }
            let value = String(part[range.upperBound...])
            requirements.append(Requirement(path: path.split(separator: "."), value: value, isEqual: isEqual))
        }
    }

    func matches(_ object: StoredObject) -> Bool {
        requirements.allSatisfy { requirement in
            (value(at: requirement.path, of: object) == requirement.value) == requirement.isEqual
        }
    }

    /// The one name the selector lets through.
    var name: String? {
        requirements.first { $0.isEqual && $0.path == ["metadata", "name"] }?.value
    }

    private func value(at path: [Substring], of object: StoredObject) -> String {
        if path == ["metadata", "name"] { return object.place.name }
        if path == ["metadata", "namespace"] { return object.place.namespace }
        let json = path.first == "involvedObject" ? EventForms.convert(object.json, to: .coreEvents) : object.json
        let value = path.reduce(Optional(json)) { $0?[String($1)] }
        return value?.string ?? ""
    }

    private static func refusal(_ path: String, _ descriptor: ResourceDescriptor) -> String {
        let kindsWithOwn = ["pods", "namespaces", "secrets", "nodes", "events"]
        guard descriptor.custom == nil, !kindsWithOwn.contains(descriptor.table.text) else {
            return "field label not supported: \(path)"
        }
        return "\"\(path)\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
    }

    private static func isSupported(_ path: String, _ descriptor: ResourceDescriptor) -> Bool {
        switch path {
        case "metadata.name": true
        case "metadata.namespace": descriptor.resource.isNamespaced
        default: supported[descriptor.table.text]?.contains(path) ?? false
        }
    }

    /// What may be selected beside the name and the namespace.
    private static let supported: [String: Set<String>] = [
        "pods": [
            "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "status.phase",
            "status.podIP", "status.podIPs", "status.nominatedNodeName",
        ],
        "namespaces": ["status.phase"],
        "nodes": ["spec.unschedulable"],
        "secrets": ["type"],
        "events": [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
            "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
            "reportingComponent", "source", "type",
        ],
    ]
}

/// What a list, a watch or a deletion of many selects.
struct Selection: Sendable {
    private let labels: LabelSelector
    let fields: FieldSelector

    init(_ query: Query, _ descriptor: ResourceDescriptor) throws(APIStatus) {
        labels = try LabelSelector(query["labelSelector"] ?? "")
        fields = try FieldSelector(query["fieldSelector"] ?? "", descriptor)
    }

    func includes(_ object: StoredObject) -> Bool {
        (labels.requirements.isEmpty || labels.matches(object.labels)) && fields.matches(object)
    }

    /// Whether it lets everything through.
    var isEverything: Bool { labels.requirements.isEmpty && fields.isEmpty }
}

extension FieldSelector {
    var isEmpty: Bool { requirements.isEmpty }
}
