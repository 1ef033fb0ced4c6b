package import Formats

extension Chart {
    /// The chart with the dependencies that the values enable, under their aliases, and the values imported from them.
    ///
    /// This comes before the values are coalesced for rendering.
    ///
    /// - Throws: where a dependency is not in `charts/`.
    package func processingDependencies(values: JSONObject) throws(HelmError) -> Chart {
        let missing: [String] = (metadata.dependencies ?? []).map(\.name).filter { name in
            !dependencies.contains { $0.name == name }
        }
        guard missing.isEmpty else {
            throw HelmError(
                "\(name) depends on \(missing.joined(separator: ", ")), not found in its charts/: "
                    + "run \"helm dependency build\" and pack it again")
        }
        var chart: Chart = self
        try chart.enableDependencies(ValueTable(values), path: [])
        try chart.importValues()
        return chart
    }

    private mutating func enableDependencies(_ values: ValueTable, path: [String]) throws(HelmError) {
        guard var wanted = metadata.dependencies else { return }
        dependencies =
            dependencies.filter { chart in !wanted.contains { chart.satisfies($0) } }
            + wanted.compactMap { dependency in
                dependencies.first { $0.satisfies(dependency) }?.renamed(for: dependency)
            }
        for index in wanted.indices {
            wanted[index].name = wanted[index].effectiveName
            wanted[index].isEnabled = true
        }
        metadata.dependencies = wanted
        let coalesced: ValueTable = try values.deepCopy()
        var coalescing: ValueCoalescing = ValueCoalescing(keepsNulls: false)
        try coalescing.complete(coalesced, of: self)
        for index in wanted.indices { wanted[index].decide(coalesced, path: path, warnings: &warnings) }

        let disabled: Set<String> = Set(wanted.filter { !$0.isEnabled }.map(\.name))
        dependencies.removeAll { disabled.contains($0.name) }
        wanted.removeAll { disabled.contains($0.name) }
        metadata.dependencies = wanted.isEmpty ? nil : wanted
        for index in dependencies.indices {
            try dependencies[index].enableDependencies(coalesced, path: path + [dependencies[index].name])
        }
    }

    private func satisfies(_ dependency: ChartDependency) -> Bool {
        name == dependency.name && VersionConstraint.isCompatible(metadata.version, with: dependency.version)
    }

    private func renamed(for dependency: ChartDependency) -> Chart {
        var copy: Chart = self
        copy.metadata.name = dependency.effectiveName
        return copy
    }

    /// Children first, since what they import may be imported from them.
    private mutating func importValues() throws(HelmError) {
        for index in dependencies.indices { try dependencies[index].importValues() }
        guard let wanted = metadata.dependencies else { return }
        let values: ValueTable = ValueTable()
        var coalescing: ValueCoalescing = ValueCoalescing(keepsNulls: true)
        try coalescing.complete(values, of: self)
        let imported: ValueTable = ValueTable()
        for dependency in wanted {
            for item in dependency.imports {
                let child: [String] = [dependency.name] + item.child
                guard let table = values.table(at: child) else {
                    warnings.append("\(name): there is no table \(child.joined(separator: ".")) to import values from")
                    continue
                }
                // A copy, since a table put into itself would have no end.
                var copy: ValueTable = try table.deepCopy()
                for key in item.parent.reversed() {
                    let above: ValueTable = ValueTable()
                    above[key] = .table(copy)
                    copy = above
                }
                coalescing.coalesce(imported, with: copy, prefix: name, keepsNulls: true)
            }
        }
        coalescing.coalesce(values, with: imported, prefix: name, keepsNulls: true)
        self.values = try values.object()
        warnings += coalescing.warnings
    }
}

extension ChartDependency {
    /// Enables or disables by tags, and then by the first condition that is a boolean.
    fileprivate mutating func decide(_ values: ValueTable, path: [String], warnings: inout [String]) {
        if let table = values["tags"]?.table {
            let decisions: [Bool] = tags.compactMap { tag in
                guard let value = table[tag] else { return nil }
                if value.bool == nil { warnings.append("tags.\(tag) is neither true nor false, so it decides nothing") }
                return value.bool
            }
            isEnabled = decisions.isEmpty || decisions.contains(true)
        }
        for condition in condition.trimmed.split(separator: ",") {
            let keys: [String] =
                path + condition.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard let value = values.table(at: keys.dropLast())?[keys[keys.count - 1]], value.table == nil else {
                continue
            }
            if let decision = value.bool {
                isEnabled = decision
                return
            }
            warnings.append(
                "\(keys.joined(separator: ".")) is neither true nor false, so it decides nothing of \(name)")
        }
    }
}

extension ChartDependency.Import {
    /// The keys in the dependency's values.
    fileprivate var child: [String] {
        switch self {
        case .exported(let name): ["exports"] + Self.keys(name)
        case .mapped(let child, _): Self.keys(child)
        }
    }

    /// The keys in the values of the chart that needs it; none for the top.
    fileprivate var parent: [String] {
        guard case .mapped(_, let parent) = self, parent != "." else { return [] }
        return Self.keys(parent)
    }

    private static func keys(_ path: String) -> [String] {
        path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        let scalars: Substring.UnicodeScalarView = Substring(self).unicodeScalars.drop { $0.properties.isWhitespace }
        let end: String.Index? = scalars.lastIndex { !$0.properties.isWhitespace }
        return end.map { String(scalars[...$0]) } ?? ""
    }
}
