import Formats
import Kubernetes

/// Where a command speaks: data on standard output, everything else on standard error.
struct Console: Sendable {
    private let surroundings: Surroundings
    private let isQuiet: Bool
    let format: OutputFormat

    init(_ surroundings: Surroundings, _ options: SharedOptions) {
        self.surroundings = surroundings
        isQuiet = options.isQuiet
        format = options.output ?? .table
    }

    /// Prints data as it is.
    func print(_ text: String) throws { try surroundings.output.write(Array(text.utf8)) }

    /// Prints a table; a part of one that goes on, in columns so wide.
    func print(_ table: Table, widths: [Int]? = nil, hasHeadings: Bool = true) throws {
        let width = surroundings.outputTerminal?.columns()
        try print(table.text(width: width, widths: widths, hasHeadings: hasHeadings))
    }

    /// Says something about the work itself; left out by `--quiet`.
    func note(_ text: String) throws {
        guard !isQuiet else { return }
        try tell("\(text.escapingControls())\n")
    }

    /// Says what the user should know even with `--quiet`.
    func warn(_ text: String) throws {
        try tell("warning: \(text.escapingControls())\n")
    }

    /// Where progress may redraw itself; `nil` where lines only follow each other.
    var progressTerminal: Terminal? { isQuiet ? nil : surroundings.diagnosticsTerminal }

    /// Writes progress, escaped already.
    func progress(_ text: String) throws {
        guard !isQuiet, !text.isEmpty else { return }
        try tell(text)
    }

    /// - Throws: ``OutputClosed`` where the reader has gone away.
    private func tell(_ text: String) throws {
        do {
            try surroundings.diagnostics.write(Array(text.utf8))
        } catch is SystemError {
            // A log on a full disk is no reason to leave what was asked for half done.
        }
    }
}

// MARK: - Objects

extension Console {
    /// Prints one object in the form that was asked for.
    func print(_ object: KubernetesObject, as resource: APIResource, table: () -> Table) throws {
        switch format {
        case .table: try print(table())
        case .name: try print(resource.shortReference(object.name) + "\n")
        case .json: try print(object.shown.json.text(indented: true) + "\n")
        case .yaml: try print(YAML.text(object.shown.json))
        }
    }

    /// Prints objects in the form that was asked for; lists are of kind `List`, as kubectl's are.
    func print(_ objects: [KubernetesObject], as resource: APIResource, table: () -> Table) throws {
        switch format {
        case .table: try print(table())
        case .name: try print(objects.map { resource.shortReference($0.name) + "\n" }.joined())
        case .json: try print(Self.list(objects).text(indented: true) + "\n")
        case .yaml: try print(YAML.text(Self.list(objects)))
        }
    }

    /// Prints what happened to an object, `environment.envfactory.dev/pr-42 gone`; its name alone where that says it.
    func printOutcome(_ outcome: String? = nil, _ object: KubernetesObject, as resource: APIResource) throws {
        switch format {
        case .table: try print(resource.shortReference(object.name) + (outcome.map { " \($0)" } ?? "") + "\n")
        case .name: try print(resource.shortReference(object.name) + "\n")
        case .json, .yaml: try print(object, as: resource) { Table() }
        }
    }

    private static func list(_ objects: [KubernetesObject]) -> JSONValue {
        ["apiVersion": "v1", "kind": "List", "items": .array(objects.map(\.shown.json))]
    }
}

extension KubernetesObject {
    /// The object without the bookkeeping of field managers, as kubectl shows it.
    fileprivate var shown: KubernetesObject {
        var object = self
        object["metadata"]?["managedFields"] = nil
        return object
    }
}

extension APIResource {
    /// `environment.envfactory.dev/pr-42`, as kubectl's `-o name` writes it.
    func shortReference(_ name: String) -> String {
        "\(kind.lowercased())\(group.isEmpty ? "" : ".\(group)")/\(name.escapingControls())"
    }
}
