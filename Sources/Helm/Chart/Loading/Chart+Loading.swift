import Formats

extension Chart {
    /// Loads a packed chart.
    ///
    /// - Throws: an instruction, where it is no chart or one that cannot be trusted.
    package init(archive bytes: [UInt8], limits: ArchiveLimits = ArchiveLimits()) throws(HelmError) {
        var budget: ArchiveBudget = ArchiveBudget(limits)
        let files: [ChartFile] = try ChartArchive.files(in: bytes, &budget)
        self = try ChartLoader.chart(of: files, ancestors: [], &budget)
    }

    /// Loads a chart from a folder.
    ///
    /// - Throws: an instruction, or what the folder throws.
    package init(folder: any ChartFolder, limits: ArchiveLimits = ArchiveLimits()) throws {
        var reader: ChartFolderReader = try ChartFolderReader(folder, limits: limits)
        try reader.read()
        self = try ChartLoader.chart(of: reader.files, ancestors: [], &reader.budget)
    }

    /// Makes a chart of files that are known to be within limits.
    package init(files: [ChartFile], limits: ArchiveLimits = ArchiveLimits()) throws(HelmError) {
        var budget: ArchiveBudget = ArchiveBudget(limits)
        self = try ChartLoader.chart(of: files, ancestors: [], &budget)
    }
}

/// Makes charts of files.
enum ChartLoader {
    /// Makes a chart; the ancestors are the names and versions of the charts around it.
    static func chart(
        of files: [ChartFile], ancestors: [String], _ budget: inout ArchiveBudget
    ) throws(HelmError) -> Chart {
        guard let description = files.last(where: { $0.path == "Chart.yaml" }) else {
            throw HelmError("there is no Chart.yaml: a chart has one in its top folder")
        }
        let requirements: [UInt8]? = files.last { $0.path == "requirements.yaml" }?.bytes
        var chart: Chart = Chart(metadata: try ChartMetadata(chart: description.bytes, requirements: requirements))
        let identity: String = "\(chart.name) \(chart.metadata.version)"
        guard !ancestors.contains(identity) else {
            throw HelmError("\(identity) is inside itself: \((ancestors + [identity]).joined(separator: ", then "))")
        }
        try budget.countChart()
        guard ancestors.count < budget.limits.depth else {
            throw HelmError("charts are more than \(budget.limits.depth) deep inside each other: flatten them")
        }
        var inner: [String: [ChartFile]] = [:]
        for file in files { try sort(file, into: &chart, &inner) }
        for (name, files) in inner.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            if name.hasPrefix("_") || name.hasPrefix(".") { continue }
            do throws(HelmError) {
                let dependency: Chart = try self.dependency(name, files, ancestors + [identity], &budget)
                chart.dependencies.append(dependency)
            } catch {
                throw HelmError("\(chart.name)/charts/\(name): \(error)")
            }
        }
        return chart
    }

    private static func sort(
        _ file: ChartFile, into chart: inout Chart, _ inner: inout [String: [ChartFile]]
    ) throws(HelmError) {
        let isOld: Bool = chart.metadata.apiVersion == "v1"
        switch file.path {
        case "Chart.yaml": break
        case "Chart.lock": chart.readLock(file)
        case "values.yaml": chart.values = try JSONObject(values: file.bytes, repeatedKeys: .replaced)
        case "values.schema.json": chart.schema = file.bytes
        case "requirements.yaml", "requirements.lock":
            if isOld {
                chart.files.append(file)
                if file.path == "requirements.lock" { chart.readLock(file) }
            } else {
                chart.warnings.append("\(file.path) is of charts of apiVersion v1: move its dependencies to Chart.yaml")
            }
        case _ where file.path.utf8.starts(with: "templates/".utf8): chart.templates.append(file)
        case _ where file.path.utf8.starts(with: "charts/".utf8) && !file.path.hasSuffix(".prov"):
            let path: String = file.path.pathParts.dropFirst().joined(separator: "/")
            inner[path.pathParts.first ?? "", default: []].append(ChartFile(path: path, bytes: file.bytes))
        default: chart.files.append(file)
        }
    }

    private static func dependency(
        _ name: String, _ files: [ChartFile], _ ancestors: [String], _ budget: inout ArchiveBudget
    ) throws(HelmError) -> Chart {
        guard name.hasSuffix(".tgz") else {
            // A file right in charts/ is no chart.
            let own: [ChartFile] = files.compactMap { file in
                let path: ArraySlice<String> = file.path.pathParts.dropFirst()
                return path.isEmpty ? nil : ChartFile(path: path.joined(separator: "/"), bytes: file.bytes)
            }
            return try chart(of: own, ancestors: ancestors, &budget)
        }
        guard let file = files.first, file.path == name else {
            throw HelmError("a folder may not be named like an archive: rename it")
        }
        return try chart(of: try ChartArchive.files(in: file.bytes, &budget), ancestors: ancestors, &budget)
    }
}

extension Chart {
    /// Takes a lock file; one that Helm could not read in a release is left out, since nothing else needs it.
    fileprivate mutating func readLock(_ file: ChartFile) {
        do {
            var fields: ReleaseFields = try ReleaseFields(try file.bytes.firstDocument(file.path), place: file.path)
            let (digest, generated) = (try fields.text("digest"), try fields.time("generated"))
            var dependencies: [JSONValue] = []
            for item in try fields.list("dependencies") {
                dependencies.append(try ChartDependency(item, place: file.path).recordJSON)
            }
            lock = [
                "generated": .string(generated?.text ?? "0001-01-01T00:00:00Z"), "digest": .string(digest),
                "dependencies": .array(dependencies),
            ]
        } catch {
            warnings.append("\(error): run \"helm dependency update\" and pack the chart again")
        }
    }
}
