import Formats

/// One object that a template wrote.
package struct Manifest: Sendable, Hashable {
    /// The template's name.
    package var path: String
    /// As it was written, without white space before it.
    package var content: String
    package var apiVersion: String
    package var kind: String
    package var name: String
    package var annotations: [String: String]
}

extension Manifest {
    /// Reads the head of an object's text.
    init(_ content: String, path: String) throws(HelmError) {
        let documents: [JSONValue]
        do throws(FormatError) {
            documents = try YAML.documents(in: content, repeatedKeys: .replaced)
        } catch {
            throw HelmError("\(path) renders what is no YAML: \(error)")
        }
        let head: MetadataReader = try MetadataReader(documents.first, place: path)
        let metadata: MetadataReader = try MetadataReader(head.members["metadata"], place: "\(path): metadata")
        let pairs: MetadataReader = try MetadataReader(
            metadata.members["annotations"], place: "\(path): metadata.annotations")
        var annotations: [String: String] = [:]
        for key in pairs.members.keys { annotations[key] = try pairs.text(key) }
        self.init(
            path: path, content: content, apiVersion: try head.text("apiVersion"), kind: try head.text("kind"),
            name: try metadata.text("name"), annotations: annotations)
    }

    /// The documents of a text, divided where a line begins with `---`, whatever follows on that line.
    package static func split(_ text: String) -> [String] {
        var documents: [[UInt8]] = [[]]
        for line in text.withoutLeadingSpace.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            var line: Substring.UTF8View = line
            if line.starts(with: "---".utf8) {
                documents.append([])
                line = line.dropFirst(3).drop { $0 == 0x20 || $0 == 0x09 }
            }
            documents[documents.count - 1] += Array(line) + [0x0A]
        }
        // The last line ends where the text does.
        documents[documents.count - 1].removeLast()
        return documents.map { String(decoding: $0, as: UTF8.self).withoutLeadingSpace }.filter { !$0.isEmpty }
    }
}

extension String {
    fileprivate var withoutLeadingSpace: String { String(unicodeScalars.drop { $0.properties.isWhitespace }) }
}
