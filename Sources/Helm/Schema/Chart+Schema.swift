package import Formats

extension Chart {
    /// Checks completed values by the schema of the chart, and those of the charts in it by theirs.
    ///
    /// - Throws: one error with all that is wrong.
    package func validate(_ values: JSONObject) throws(HelmError) {
        let problems: [String] = try problems(values, at: [])
        guard !problems.isEmpty else { return }
        let more: [String] = problems.count > 50 ? ["and \(problems.count - 50) more"] : []
        let lines: [String] = problems.prefix(50) + more
        throw HelmError("the values are not what the chart's schema allows:\n" + lines.joined(separator: "\n"))
    }

    private func problems(_ values: JSONObject, at path: [String]) throws(HelmError) -> [String] {
        var problems: [String] = []
        if let schema {
            do throws(HelmError) {
                let schema: JSONSchema = try parsedSchema.value(schema)
                problems += try schema.problems(of: .object(values)).map { problem in
                    "\(SchemaProblem(path: path + problem.path, message: problem.message))"
                }
            } catch {
                throw HelmError("\(name)/values.schema.json: \(error)")
            }
        }
        for dependency in dependencies {
            switch values[dependency.name] {
            case nil, .null: continue
            case .object(let own):
                problems += try dependency.problems(own, at: path + [dependency.name])
            default: problems.append("\((path + [dependency.name]).joined(separator: ".")): must be a table")
            }
        }
        return problems
    }
}
