/// A chart after rendering: its objects in order, its hooks and its notes.
package struct RenderedChart: Sendable {
    package var manifests: [Manifest]
    package var hooks: [Hook]
    package var notes: String

    /// Sorts what the templates wrote.
    ///
    /// The texts are by the names of their templates. Partials, what is empty and the notes of other charts than the
    /// root, which is named, are left out.
    ///
    /// - Throws: where a text is no YAML, or no object.
    package init(files: [String: String], chart: String, order: KindOrder = .install) throws(HelmError) {
        var manifests: [Manifest] = []
        var hooks: [Hook] = []
        notes = files["\(chart)/templates/NOTES.txt"] ?? ""
        for (path, text) in files.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            if path.hasSuffix("NOTES.txt") || path.pathParts.last?.hasPrefix("_") == true { continue }
            for content in Manifest.split(text) {
                let manifest: Manifest = try Manifest(content, path: path)
                if manifest.annotations[Hook.annotation] == nil {
                    manifests.append(manifest)
                } else if let hook = Hook(manifest) {
                    hooks.append(hook)
                }
            }
        }
        self.manifests = order.sorted(manifests) { $0.kind }
        self.hooks = order.sorted(hooks) { $0.manifest.kind }
    }

    /// Objects and hooks as `helm template` prints them.
    package var templateOutput: String { text.trimmed + "\n" + hookText }

    /// The objects as one text, as a release keeps it.
    package var text: String {
        manifests.map { "---\n# Source: \($0.path)\n\($0.content)\n" }.joined()
    }

    /// The hooks as one text, as they are shown after the objects.
    package var hookText: String {
        hooks.map { "---\n# Source: \($0.manifest.path)\n\($0.manifest.content)\n" }.joined()
    }

    /// The hooks of an event in the order in which they run: by weight, then by name.
    package func hooks(at event: Hook.Event) -> [Hook] {
        hooks.filter { $0.events.contains(event) }.enumerated().sorted { left, right in
            if left.element.weight != right.element.weight { return left.element.weight < right.element.weight }
            let (mine, theirs) = (left.element.manifest.name, right.element.manifest.name)
            if mine != theirs { return mine.utf8.lexicographicallyPrecedes(theirs.utf8) }
            return left.offset < right.offset
        }.map(\.element)
    }
}
