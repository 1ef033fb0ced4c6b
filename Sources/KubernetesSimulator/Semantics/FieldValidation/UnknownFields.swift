import Formats
import Kubernetes

extension StructuralSchema {
    /// The paths of what the schema does not know, as far as a value has such.
    func unknownFields(_ value: JSONValue, at path: String = "", keeping kept: Set<String> = []) -> [String] {
        switch value {
        case .object(let members):
            return members.flatMap { name, value -> [String] in
                let inner = path.isEmpty ? name : "\(path).\(name)"
                if kept.contains(name), name != "spec" { return [] }
                if let schema = property(name) { return schema.unknownFields(value, at: inner) }
                let isFree = preservesUnknown || additional == .anything
                let isEmbedded = isEmbeddedResource && ["apiVersion", "kind", "metadata"].contains(name)
                return isFree || isEmbedded ? [] : [inner]
            }
        case .array(let items):
            guard let element else { return [] }
            return items.enumerated().flatMap { index, item in
                element.unknownFields(item, at: "\(path)[\(index)]")
            }
        default: return []
        }
    }
}

/// What becomes of fields that nobody knows, as `fieldValidation` asks for it.
struct FieldValidation {
    private enum Mode: String {
        case ignore = "Ignore"
        case warn = "Warn"
        case strict = "Strict"
    }

    private let mode: Mode
    private let descriptor: ResourceDescriptor

    /// A real server warns where nothing is asked for; here that costs nothing and says nothing.
    init(_ request: APIRequest, _ descriptor: ResourceDescriptor) throws(APIStatus) {
        self.descriptor = descriptor
        let word = request.query["fieldValidation"] ?? ""
        guard let mode = word.isEmpty ? .ignore : Mode(rawValue: word) else {
            let options = NamedResource(group: "meta.k8s.io", word: Self.options(request.verb))
            let supported = ["", "Ignore", "Strict", "Warn"]
            throw .invalid(options, "", [.notSupported("fieldValidation", .string(word), supported)])
        }
        self.mode = mode
    }

    private static func options(_ verb: Verb) -> String {
        switch verb {
        case .create: "CreateOptions"
        case .patch: "PatchOptions"
        default: "UpdateOptions"
        }
    }

    /// Looks at an object that was sent whole.
    ///
    /// - Returns: Warnings.
    func check(_ object: JSONValue) throws(APIStatus) -> [String] {
        let problems = problems(in: object)
        guard mode == .strict, !problems.isEmpty else { return problems }
        let resource = descriptor.resource
        throw .badRequest(
            "\(resource.kind) in version \"\(resource.version)\" cannot be handled as a \(resource.kind): "
                + "strict decoding error: \(problems.joined(separator: ", "))")
    }

    /// Looks at an object that a patch has made; what was wrong with it before is not the patch's fault.
    ///
    /// - Returns: Warnings.
    func check(_ object: JSONValue, madeBy patch: JSONValue) throws(APIStatus) -> [String] {
        let problems = problems(in: object)
        guard mode == .strict, !problems.isEmpty else { return problems }
        let error = FieldError.invalid(
            "patch", .string(Self.goText(patch)), "strict decoding error: \(problems.joined(separator: ", "))")
        throw .invalid(NamedResource(group: "", word: ""), "", [error])
    }

    private func problems(in object: JSONValue) -> [String] {
        guard mode != .ignore else { return [] }
        let paths =
            descriptor.schema.map { $0.unknownFields(object) }
            ?? descriptor.custom.map { custom in
                custom.schema.unknownFields(object, keeping: ["apiVersion", "kind", "metadata"])
            }
        return (paths ?? []).map { "unknown field \"\($0)\"" }
    }

    /// As Go prints a map.
    private static func goText(_ value: JSONValue) -> String {
        switch value {
        case .object(let members):
            let texts = members.sorted { $0.key < $1.key }.map { "\($0.key):\(goText($0.value))" }
            return "map[\(texts.joined(separator: " "))]"
        case .array(let items): return "[\(items.map(goText).joined(separator: " "))]"
        case .null: return "<nil>"
        default: return value.string ?? value.text()
        }
    }
}
