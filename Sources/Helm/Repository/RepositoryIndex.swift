import Formats

/// What `index.yaml` says of a repository's charts.
struct RepositoryIndex: Sendable {
    /// One version of a chart.
    struct Entry: Sendable, Hashable {
        var name: String
        var version: SemanticVersion
        /// Where the archive may be, as written: whole, or from the repository on.
        var urls: [String]
        /// As written; empty where the index has none.
        var digest: String
    }

    private let entries: JSONObject

    /// Reads an index.
    ///
    /// - Throws: where it is none at all; what is wrong with single entries leaves only these out, as with Helm.
    init(_ bytes: [UInt8]) throws(HelmError) {
        guard let document = try bytes.firstDocument("index.yaml", repeatedKeys: .refused) else {
            throw HelmError("index.yaml is empty: have the repository make it again with \"helm repo index\"")
        }
        let reader: MetadataReader = try MetadataReader(document, place: "index.yaml")
        guard try !reader.text("apiVersion").isEmpty else {
            throw HelmError("index.yaml has no apiVersion: see whether the address is that of a chart repository")
        }
        entries = try MetadataReader(reader.members["entries"], place: "index.yaml: entries").members
    }

    /// The versions of a chart that can be read, the newest first, equal ones in the order of the index.
    func versions(of name: String) -> [Entry] {
        guard case .array(let items) = entries[name] else { return [] }
        return items.compactMap { item in
            do throws(HelmError) {
                return try Entry(item)
            } catch {
                return nil
            }
        }.enumerated().sorted { left, right in
            let order: Int = left.element.version.compare(right.element.version)
            return order == 0 ? left.offset < right.offset : order > 0
        }.map(\.element)
    }

    /// The version that is meant: the one that is written so, else the newest that the range allows.
    ///
    /// - Throws: ``ChartFetchError`` that names what there is instead.
    func entry(of name: String, version: String) throws(ChartFetchError) -> Entry {
        let versions: [Entry] = versions(of: name)
        guard !versions.isEmpty else {
            throw ChartFetchError(.notFound, "the index has no chart \(name.excerpt): it has \(Self.list(names))")
        }
        let wanted: WantedVersion = try WantedVersion(version)
        let found: Entry? =
            versions.first { $0.version.original == version } ?? versions.first { wanted.allows($0.version) }
        guard let found else {
            throw ChartFetchError(
                .notFound,
                "the index has no version \(version.isEmpty ? "that is a release" : version.excerpt) of \(name.excerpt): "
                    + "it has \(Self.list(versions.map(\.version.original)))")
        }
        return found
    }

    private var names: [String] { entries.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }

    /// The first few of many.
    private static func list(_ texts: [String]) -> String {
        let shown: String = texts.prefix(5).map(\.excerpt).joined(separator: ", ")
        return texts.isEmpty ? "none" : texts.count > 5 ? "\(shown) and \(texts.count - 5) more" : shown
    }
}

extension RepositoryIndex.Entry {
    init(_ value: JSONValue) throws(HelmError) {
        let reader: MetadataReader = try MetadataReader(value, place: "index.yaml: entries")
        name = try reader.text("name")
        guard !name.isEmpty, name != ".", name != "..", !name.utf8.contains(UInt8(ascii: "/")) else {
            throw HelmError("\(name) is no chart's name")
        }
        version = try SemanticVersion(try reader.text("version"))
        urls = try reader.texts("urls")
        digest = try reader.text("digest")
    }
}

/// Which version of a chart a reference wants.
struct WantedVersion: Sendable {
    private let text: String
    private let constraint: VersionConstraint

    /// - Throws: ``ChartFetchError`` where the text is neither empty, nor a version, nor a range.
    init(_ text: String) throws(ChartFetchError) {
        self.text = text
        do throws(HelmError) {
            constraint = try VersionConstraint(text.isEmpty ? "*" : text)
        } catch {
            throw ChartFetchError(.invalid, error.description)
        }
    }

    func allows(_ version: SemanticVersion) -> Bool { version.original == text || constraint.allows(version) }
}

extension String {
    /// The text as an error may show it: what others wrote is cut, and without line breaks.
    var excerpt: String {
        let text: String = sanitized
        return text.count > 80 ? "\(text.prefix(80))…" : text
    }
}
