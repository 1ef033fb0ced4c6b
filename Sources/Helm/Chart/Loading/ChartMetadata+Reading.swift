import Formats

/// Reads members as Go reads a struct's fields from YAML: a number or boolean is a text where a text is wanted.
struct MetadataReader {
    let members: JSONObject
    let place: String

    init(_ value: JSONValue?, place: String) throws(HelmError) {
        self.place = place
        guard let value, !value.isNull else {
            members = JSONObject()
            return
        }
        guard case .object(let members) = value else { throw HelmError("\(place) must be a map of keys and values") }
        self.members = members
    }

    func text(_ key: String) throws(HelmError) -> String { try Self.text(members[key], "\(place): \(key)") }

    func flag(_ key: String) throws(HelmError) -> Bool {
        switch members[key] {
        case nil, .null: return false
        case .bool(let value): return value
        default: throw HelmError("\(place): \(key) must be true or false")
        }
    }

    func list(_ key: String) throws(HelmError) -> [JSONValue]? {
        switch members[key] {
        case nil, .null: return nil
        case .array(let elements): return elements
        default: throw HelmError("\(place): \(key) must be a list")
        }
    }

    func texts(_ key: String) throws(HelmError) -> [String] {
        var texts: [String] = []
        for element in try list(key) ?? [] { texts.append(try Self.text(element, "\(place): \(key)")) }
        return texts
    }

    static func text(_ value: JSONValue?, _ place: String) throws(HelmError) -> String {
        switch value {
        case nil, .null: ""
        case .string(let text): text
        case .bool(let value): value ? "true" : "false"
        case .integer, .unsigned, .double: value?.text() ?? ""
        case .array, .object: throw HelmError("\(place) must be a text")
        }
    }
}

extension ChartMetadata {
    /// Reads `Chart.yaml`, and for charts of version 1 `requirements.yaml`.
    init(chart: [UInt8], requirements: [UInt8]?) throws(HelmError) {
        let reader: MetadataReader = try MetadataReader(try chart.firstDocument("Chart.yaml"), place: "Chart.yaml")
        self.init(name: try reader.text("name").sanitized, version: try reader.text("version"))
        apiVersion = try reader.text("apiVersion")
        if apiVersion.isEmpty { apiVersion = "v1" }
        home = try reader.text("home").sanitized
        sources = try reader.texts("sources").map(\.sanitized)
        description = try reader.text("description").sanitized
        keywords = try reader.texts("keywords").map(\.sanitized)
        icon = try reader.text("icon").sanitized
        condition = try reader.text("condition").sanitized
        tags = try reader.text("tags").sanitized
        appVersion = try reader.text("appVersion").sanitized
        deprecated = try reader.flag("deprecated")
        kubeVersion = try reader.text("kubeVersion").sanitized
        type = try reader.text("type")
        for item in try reader.list("maintainers") ?? [] { maintainers.append(try Self.maintainer(item)) }
        let annotations: MetadataReader = try MetadataReader(
            reader.members["annotations"], place: "Chart.yaml: annotations")
        self.annotations = try annotations.members.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .map { key throws(HelmError) in (key, try annotations.text(key)) }
        dependencies = try Self.dependencies(reader)
        if let requirements {
            let place: String = "requirements.yaml"
            let more: MetadataReader = try MetadataReader(try requirements.firstDocument(place), place: place)
            dependencies = try Self.dependencies(more) ?? dependencies
        }
        try validate()
    }

    private static func maintainer(_ value: JSONValue) throws(HelmError) -> Maintainer {
        if value.isNull { throw HelmError("Chart.yaml: maintainers has an empty entry: remove it") }
        let reader: MetadataReader = try MetadataReader(value, place: "Chart.yaml: maintainers")
        return Maintainer(
            name: try reader.text("name").sanitized, email: try reader.text("email").sanitized,
            url: try reader.text("url").sanitized)
    }

    private static func dependencies(_ reader: MetadataReader) throws(HelmError) -> [ChartDependency]? {
        guard let list = try reader.list("dependencies") else { return nil }
        var dependencies: [ChartDependency] = []
        for item in list { dependencies.append(try ChartDependency(item, place: "\(reader.place): dependencies")) }
        return dependencies
    }

    /// What Helm's loader checks.
    private func validate() throws(HelmError) {
        if name.isEmpty { throw HelmError("Chart.yaml has no name: add one") }
        if name == "." || name == ".." || name.utf8.contains(UInt8(ascii: "/")) {
            throw HelmError("Chart.yaml: name \"\(name)\" is no name of a folder: choose another one")
        }
        if version.isEmpty { throw HelmError("Chart.yaml has no version: add one, such as 0.1.0") }
        do throws(HelmError) { _ = try SemanticVersion(version) } catch {
            throw HelmError("Chart.yaml: version \(error)")
        }
        guard ["", "application", "library"].contains(type) else {
            throw HelmError("Chart.yaml: type must be application or library, not \"\(type)\"")
        }
        var names: Set<String> = []
        for dependency in dependencies ?? [] where !names.insert(dependency.effectiveName).inserted {
            throw HelmError(
                "Chart.yaml has more than one dependency with the name or alias \"\(dependency.effectiveName)\": "
                    + "give one of them another alias")
        }
    }
}

extension ChartDependency {
    init(_ value: JSONValue, place: String) throws(HelmError) {
        if value.isNull { throw HelmError("\(place) has an empty entry: remove it") }
        let reader: MetadataReader = try MetadataReader(value, place: place)
        self.init(name: try reader.text("name").sanitized)
        version = try reader.text("version").sanitized
        repository = try reader.text("repository").sanitized
        condition = try reader.text("condition").sanitized
        tags = try reader.texts("tags").map(\.sanitized)
        alias = try reader.text("alias")
        isEnabled = try reader.flag("enabled")
        for item in try reader.list("import-values") ?? [] {
            switch item {
            case .string(let name): imports.append(.exported(name))
            case .object(let pair):
                imports.append(.mapped(child: Self.path(pair["child"]), parent: Self.path(pair["parent"])))
            default: continue
            }
        }
        let isAlias: Bool = alias.utf8.allSatisfy { byte in
            byte.isVersionDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        guard isAlias else {
            throw HelmError("\(place): the alias of \(name) may hold only letters, digits, - and _: choose another one")
        }
    }

    /// As Go prints it: what is missing has a text too.
    private static func path(_ value: JSONValue?) -> String { value?.string ?? value.map { $0.text() } ?? "<nil>" }
}

extension [UInt8] {
    /// The first document of a YAML file; later ones are not looked at, as Helm does not.
    func firstDocument(
        _ name: String, repeatedKeys: YAML.RepeatedKeys = .replaced
    ) throws(HelmError) -> JSONValue? {
        do throws(FormatError) {
            return try YAML.documents(in: self, repeatedKeys: repeatedKeys).first
        } catch {
            throw HelmError("\(name): \(error)")
        }
    }
}

extension String {
    /// Every white space as a space, and nothing that cannot be printed.
    var sanitized: String {
        var result: String.UnicodeScalarView = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar.properties.isWhitespace {
                result.append(" ")
            } else if scalar.isPrintable {
                result.append(scalar)
            }
        }
        return String(result)
    }
}

extension Unicode.Scalar {
    /// Letters, marks, numbers, punctuation and symbols.
    fileprivate var isPrintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            false
        default: true
        }
    }
}
