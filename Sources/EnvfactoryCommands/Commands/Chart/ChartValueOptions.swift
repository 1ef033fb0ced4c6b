import EnvironmentAPI
import Formats
import Helm

/// The options by which a chart is given values, as Helm's are.
enum ChartValueOptions {
    fileprivate static let values = Valued<String>(
        "values", short: "f", "file", isRepeated: true, "Values to lay over the chart's own, - for standard input.")
    fileprivate static let set = Valued<String>(
        "set", "path=value", isRepeated: true, "One value, as Helm writes it: a.b=1.")
    fileprivate static let setString = Valued<String>(
        "set-string", "path=text", isRepeated: true, "One value that is a text.")
    fileprivate static let setJSON = Valued<String>(
        "set-json", "path=json", isRepeated: true, "One value, as JSON.")

    static let all: [any CommandOption] = [values, set, setString, setJSON]
}

/// The values that a user gives a chart.
struct ChartValues: Sendable {
    private let files: [String]
    private let settings: [(text: String, kind: SetValues.Kind)]

    init(_ arguments: ParsedArguments) {
        files = arguments.all(ChartValueOptions.values)
        settings =
            arguments.all(ChartValueOptions.setJSON).map { ($0, .json) }
            + arguments.all(ChartValueOptions.set).map { ($0, .typed) }
            + arguments.all(ChartValueOptions.setString).map { ($0, .text) }
    }

    /// Reads the files and lays all that is given over these values.
    func laid(over base: JSONObject, _ context: CommandContext) throws -> JSONObject {
        var values = base
        for path in files {
            values = try values.overlaid(with: JSONObject(values: context.input(path), name: path))
        }
        for (text, kind) in settings {
            do throws(HelmError) {
                try SetValues.apply(text, to: &values, as: kind)
            } catch {
                throw HelmError("the setting \(text.shown): \(error)")
            }
        }
        return values
    }
}
