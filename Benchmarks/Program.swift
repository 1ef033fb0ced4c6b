import Formats
import Glibc

/// A group of figures that share their preparation; its name starts theirs.
struct Family: Sendable {
    var name: String
    /// Takes those of its figures that are wanted.
    var figures: @Sendable (Selection) async throws -> [Figure]
}

/// Which figures a run takes, by the start of their names.
struct Selection: Sendable {
    var prefix: String

    func wants(_ figure: String) -> Bool { figure.hasPrefix(prefix) }

    func wants(_ family: Family) -> Bool { family.name.hasPrefix(prefix) || prefix.hasPrefix(family.name) }
}

/// Takes the figures and prints them; `ONLY=json`, or an argument, takes those of one family.
@main
struct Program {
    static let families: [Family] = [
        jsonFamily
    ]

    static func main() async {
        let only: String? = getenv("ONLY").map { String(cString: $0) } ?? CommandLine.arguments.dropFirst().first
        let selection: Selection = Selection(prefix: only ?? "")
        var lines: [UInt8] = []
        for family in families where selection.wants(family) {
            let figures: [Figure]
            do {
                figures = try await family.figures(selection)
            } catch {
                figures = [Figure(name: family.name, reason: "\(error)")]
            }
            for figure in figures {
                print(figure.line)
                lines += figure.json.encoded() + [UInt8(ascii: "\n")]
            }
        }
        if !write(lines, to: ".build/bench.jsonl") {
            print("cannot write .build/bench.jsonl: run from the package's folder")
            exit(1)
        }
    }
}
