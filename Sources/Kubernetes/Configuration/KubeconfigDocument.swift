import Formats

/// A kubeconfig as a tree that keeps what nobody here knows.
///
/// An entry that was added here says so in an extension, which kubectl keeps.
struct KubeconfigDocument {
    enum List: String, CaseIterable {
        case clusters
        case users
        case contexts

        /// The key of an entry's object.
        var key: String { String(rawValue.dropLast()) }
    }

    private static let mark = "envfactory.dev"
    private var json: JSONValue

    init() { json = ["apiVersion": "v1", "kind": "Config"] }

    /// - Throws: `.configuration` for everything that ``Kubeconfig`` refuses, so that no broken file is written over.
    init(parsing bytes: [UInt8], file: String) throws(KubernetesError) {
        _ = try Kubeconfig(parsing: bytes, file: file)
        let documents: [JSONValue]
        do {
            documents = try YAML.documents(in: bytes)
        } catch {
            throw KubernetesError(.configuration, "\(file.escapingControls()): \(error.description.escapingControls())")
        }
        guard documents.count < 2 else {
            throw KubernetesError(
                .configuration, "\(file.escapingControls()): it holds \(documents.count) documents: leave one")
        }
        self.init()
        if let document = documents.first, document.object != nil { json = document }
    }

    var text: Redacted<String> { Redacted(YAML.text(json)) }

    var currentContext: String? {
        get {
            guard let name = json["current-context"]?.string, !name.isEmpty else { return nil }
            return name
        }
        set { json["current-context"] = .string(newValue ?? "") }
    }

    func entry(_ name: String, in list: List) -> JSONValue? {
        json[list.rawValue]?.array?.first { $0["name"]?.string == name }
    }

    func isOurs(_ name: String, in list: List) -> Bool { mark(of: name, in: list) != nil }

    func previousContext(of name: String) -> String? { mark(of: name, in: .contexts)?["previous-context"]?.string }

    private func mark(of name: String, in list: List) -> JSONValue? {
        let extensions = entry(name, in: list)?[list.key]?["extensions"]?.array
        return extensions?.first { $0["name"]?.string == Self.mark }?["extension"]
    }

    /// Whether a context names this cluster or user.
    func isNamed(_ name: String, by list: List) -> Bool {
        (json["contexts"]?.array ?? []).contains { $0["context"]?[list.key]?.string == name }
    }

    mutating func remove(_ name: String, from list: List) {
        let rest = (json[list.rawValue]?.array ?? []).filter { $0["name"]?.string != name }
        json[list.rawValue] = .array(rest)
    }

    /// Adds the entry's three parts, or replaces them where they stand.
    mutating func set(_ entry: KubeconfigEntry, previousContext: String?) {
        var context: JSONValue = ["cluster": .string(entry.name), "user": .string(entry.name)]
        context["namespace"] = entry.namespace.map(JSONValue.string)
        set(entry.name, entry.cluster.secret, nil, in: .clusters)
        set(entry.name, entry.user.secret, nil, in: .users)
        set(entry.name, context, previousContext, in: .contexts)
    }

    private mutating func set(_ name: String, _ object: JSONValue, _ previousContext: String?, in list: List) {
        var mark: JSONValue = ["context": .string(name)]
        mark["previous-context"] = previousContext.map(JSONValue.string)
        var object = object
        let foreign = (object["extensions"]?.array ?? []).filter { $0["name"]?.string != Self.mark }
        object["extensions"] = .array(foreign + [["name": .string(Self.mark), "extension": mark]])
        let entry: JSONValue = .object(JSONObject(unique: [("name", .string(name)), (list.key, object)]))
        var entries = json[list.rawValue]?.array ?? []
        if let index = entries.firstIndex(where: { $0["name"]?.string == name }) {
            entries[index] = entry
        } else {
            entries.append(entry)
        }
        json[list.rawValue] = .array(entries)
    }
}
