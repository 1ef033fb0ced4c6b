import Formats
import Kubernetes

/// The objects that a text of a manifest stands for.
enum ManifestDocument {
    /// The lists that one may hold inside each other.
    private static let maximumDepth = 8

    /// The objects of a text, those in lists each for itself, as Helm makes them.
    static func objects(in text: String, path: String) throws(HelmError) -> [KubernetesObject] {
        let documents: [JSONValue]
        do throws(FormatError) {
            documents = try YAML.documents(in: text)
        } catch {
            // Not what is wrong there: it may be a secret.
            throw HelmError(
                "\(path) is no YAML\(error.position.map { ", at line \($0.line), column \($0.column)" } ?? "")")
        }
        guard let document = documents.first else { return [] }
        guard documents.count == 1 else {
            throw HelmError("\(path) has values that no line with --- divides: divide them")
        }
        var objects: [KubernetesObject] = []
        try flatten(document, path: path, depth: 0, into: &objects)
        return objects
    }

    /// The template that a manifest says it comes from.
    static func source(of text: String) -> String {
        let mark: String = "# Source: "
        for line in text.split(separator: "\n", maxSplits: 8) where line.hasPrefix(mark) {
            return String(line.dropFirst(mark.count)).shown
        }
        return "a manifest"
    }

    private static func flatten(
        _ json: JSONValue, path: String, depth: Int, into objects: inout [KubernetesObject]
    ) throws(HelmError) {
        guard json.object != nil else { throw HelmError("\(path) is no object") }
        let object: KubernetesObject = KubernetesObject(json)
        guard object.kind.hasSuffix("List"), let items = json["items"]?.array else {
            objects.append(object)
            return
        }
        guard depth < maximumDepth else {
            throw HelmError("\(path) has lists more than \(maximumDepth) deep inside each other: flatten them")
        }
        for item in items {
            var item: JSONValue = item
            // What a typed list holds need not say again what it is.
            if item.object != nil, object.kind != "List", item["kind"] == nil {
                item["kind"] = .string(String(object.kind.dropLast(4)))
                item["apiVersion"] = item["apiVersion"] ?? object.json["apiVersion"]
            }
            try flatten(item, path: path, depth: depth + 1, into: &objects)
        }
    }
}
