import Formats

/// The fields of one object of a configuration file, read with errors that say where they are.
///
/// No error quotes a value: the file holds credentials, and a value in the wrong place may be one.
struct ConfigurationFields {
    private let json: JSONValue
    private let file: String
    private let path: String

    init(_ json: JSONValue, file: String, path: String = "") throws(KubernetesError) {
        self.json = json
        self.file = file
        self.path = path
        guard json.object != nil else { throw wrong(path.isEmpty ? "it" : path, "must be an object of fields") }
    }

    private func wrong(_ place: String, _ what: String) -> KubernetesError {
        KubernetesError(.configuration, "\(file.escapingControls()): \(place.escapingControls()) \(what)")
    }

    /// An error about a field of this object.
    func error(_ key: String, _ what: String) -> KubernetesError { wrong(place(key), what) }

    private func place(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    private func value(_ key: String) -> JSONValue? {
        guard let value = json[key], !value.isNull else { return nil }
        return value
    }

    /// A text; `nil` where it is missing or empty, which Kubernetes does not tell apart.
    func string(_ key: String) throws(KubernetesError) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.string else { throw error(key, "must be a text: put it in quotes") }
        return text.isEmpty ? nil : text
    }

    func bool(_ key: String) throws(KubernetesError) -> Bool {
        guard let value = value(key) else { return false }
        guard let bool = value.bool else { throw error(key, "must be true or false, without quotes") }
        return bool
    }

    /// Bytes in base64.
    func bytes(_ key: String) throws(KubernetesError) -> [UInt8]? {
        guard let text = try string(key) else { return nil }
        guard let bytes = Base64.decode(text) else {
            throw error(key, "is not base64: encode the PEM text with `base64 -w0`, or name a file without \"-data\"")
        }
        return bytes
    }

    func strings(_ key: String) throws(KubernetesError) -> [String] {
        guard let value = value(key) else { return [] }
        let texts = value.array?.compactMap(\.string)
        guard let texts, texts.count == value.array?.count else { throw error(key, "must be a list of texts") }
        return texts
    }

    func object(_ key: String) throws(KubernetesError) -> ConfigurationFields? {
        guard let value = value(key) else { return nil }
        return try ConfigurationFields(value, file: file, path: place(key))
    }

    /// An entry without its object means an empty one.
    func objectOrEmpty(_ key: String) throws(KubernetesError) -> ConfigurationFields {
        try ConfigurationFields(value(key) ?? [:], file: file, path: place(key))
    }

    func objects(_ key: String) throws(KubernetesError) -> [ConfigurationFields] {
        guard let value = value(key) else { return [] }
        guard let array = value.array else { throw error(key, "must be a list") }
        var objects: [ConfigurationFields] = []
        for (index, item) in array.enumerated() {
            objects.append(try ConfigurationFields(item, file: file, path: "\(place(key))[\(index)]"))
        }
        return objects
    }

    /// The value as it is, for what is only handed on.
    func raw(_ key: String) -> JSONValue? { value(key) }

    /// Lists of texts by name, in the order of the file.
    func stringLists(_ key: String) throws(KubernetesError) -> [(name: String, values: [String])] {
        guard let fields = try object(key) else { return [] }
        var lists: [(name: String, values: [String])] = []
        for name in fields.json.object?.keys ?? [] { lists.append((name, try fields.strings(name))) }
        return lists
    }
}
