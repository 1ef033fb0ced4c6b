import Formats

extension Chart {
    /// The chart as Helm keeps it in a release: without the charts in it.
    var recordJSON: JSONValue {
        [
            "metadata": metadata.recordJSON, "lock": lock ?? .null, "templates": Self.json(templates),
            "values": .object(values), "schema": schema.map { .string(Base64.encode($0)) } ?? .null,
            "files": Self.json(files),
        ]
    }

    private static func json(_ files: [ChartFile]) -> JSONValue {
        .array(files.map { ["name": .string($0.path), "data": .string(Base64.encode($0.bytes))] })
    }
}

extension ChartMetadata {
    /// The metadata under the names of `Chart.yaml`; what is empty is left out.
    fileprivate var recordJSON: JSONValue {
        var json: JSONObject = JSONObject()
        json.put("name", name)
        json.put("home", home)
        json.put("sources", sources)
        json.put("version", version)
        json.put("description", description)
        json.put("keywords", keywords)
        if !maintainers.isEmpty { json["maintainers"] = .array(maintainers.map(\.recordJSON)) }
        json.put("icon", icon)
        json.put("apiVersion", apiVersion)
        json.put("condition", condition)
        json.put("tags", tags)
        json.put("appVersion", appVersion)
        if deprecated { json["deprecated"] = true }
        if !annotations.isEmpty {
            var pairs: JSONObject = JSONObject()
            for (key, value) in annotations { pairs[key] = .string(value) }
            json["annotations"] = .object(pairs)
        }
        json.put("kubeVersion", kubeVersion)
        if let dependencies, !dependencies.isEmpty { json["dependencies"] = .array(dependencies.map(\.recordJSON)) }
        json.put("type", type)
        return .object(json)
    }
}

extension ChartMetadata.Maintainer {
    fileprivate var recordJSON: JSONValue {
        var json: JSONObject = JSONObject()
        json.put("name", name)
        json.put("email", email)
        json.put("url", url)
        return .object(json)
    }
}

extension ChartDependency {
    /// The dependency under the names of `Chart.yaml` and `Chart.lock`.
    var recordJSON: JSONValue {
        var json: JSONObject = JSONObject(unique: [("name", .string(name))])
        json.put("version", version)
        json["repository"] = .string(repository)
        json.put("condition", condition)
        json.put("tags", tags)
        if isEnabled { json["enabled"] = true }
        if !imports.isEmpty { json["import-values"] = .array(imports.map(\.recordJSON)) }
        json.put("alias", alias)
        return .object(json)
    }
}

extension ChartDependency.Import {
    fileprivate var recordJSON: JSONValue {
        switch self {
        case .exported(let name): .string(name)
        case .mapped(let child, let parent): ["child": .string(child), "parent": .string(parent)]
        }
    }
}

extension JSONObject {
    /// Adds a text, unless it is empty.
    mutating func put(_ key: String, _ text: String) {
        if !text.isEmpty { self[key] = .string(text) }
    }

    /// Adds texts, unless there are none.
    mutating func put(_ key: String, _ texts: [String]) {
        if !texts.isEmpty { self[key] = .array(texts.map { .string($0) }) }
    }

    /// Adds a number, unless it is zero.
    mutating func put(_ key: String, _ number: Int) {
        if number != 0 { self[key] = .integer(Int64(number)) }
    }
}
