import Formats
import Helm
import Kubernetes

extension ReleaseRow {
    /// The Secret that it is kept in, as kubectl names it.
    var record: String { APIResource.secrets.shortReference(ReleaseWords.secretName(name, revision: revision)) }

    /// Under the keys of `helm list -o json`, where the revision is a text.
    var listJSON: JSONValue {
        let keys = ["name", "namespace", "revision", "updated", "status", "chart", "app_version"]
        return .object(JSONObject(unique: zip(keys, listCells).map { ($0, .string($1)) }))
    }

    /// Under the keys of `helm history -o json`.
    var historyJSON: JSONValue {
        var json: JSONValue = ["revision": .integer(Int64(revision))]
        if let updated { json["updated"] = .string(updated.text) }
        json["status"] = .string(status.rawValue)
        json["chart"] = .string(chart)
        json["app_version"] = .string(appVersion)
        if let rollbackRevision { json["rollback_revision"] = .integer(Int64(rollbackRevision)) }
        json["description"] = .string(description)
        return json
    }
}

extension Console {
    /// Prints what is no object of the API in the form that was asked for.
    func print(_ json: JSONValue, names: [String], table: () -> Table) throws {
        switch format {
        case .table: try print(table())
        case .name: try print(names.map { "\($0)\n" }.joined())
        case .json: try print(json.text(indented: true) + "\n")
        case .yaml: try print(YAML.text(json))
        }
    }
}
