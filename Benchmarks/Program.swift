import Formats
import Glibc

/// A group of figures that share their preparation; its name starts theirs.
struct Family: Sendable {
    var name: String
    /// Whether it is taken on the API server that ENVFACTORY_BENCH_KUBECONFIG names.
    var needsServer: Bool = false
    /// Takes those of its figures that are wanted.
    var figures: @Sendable (Selection) async throws -> [Figure]
}

/// Which figures a run takes, by the start of their names.
struct Selection: Sendable {
    var prefix: String

    func wants(_ figure: String) -> Bool { figure.hasPrefix(prefix) }

    func wants(_ family: Family) -> Bool { family.name.hasPrefix(prefix) || prefix.hasPrefix(family.name) }
}

/// Takes figures, prints them, and appends them to `.build/bench.jsonl`; `ONLY=json` takes those of one family.
///
/// Where an API server is named it takes the figures that need one, else all others.
@main
struct Program {
    static let families: [Family] = [
        jsonFamily, helmFamily, simulatorFamily, inferenceFamily, webhookFamily, forwardFamily, httpFamily,
        clientFamily,
    ]

    static func main() async {
        if CommandLine.arguments.dropFirst().first == IdleWatch.argument {
            do { try await IdleWatch.run() } catch { print(error) }
            return
        }
        if CommandLine.arguments.count == 3, CommandLine.arguments[1] == SimulatedServer.argument {
            do { try await SimulatedServer.run(kubeconfig: CommandLine.arguments[2]) } catch { print(error) }
            return
        }
        let selection: Selection = Selection(prefix: getenv("ONLY").map { String(cString: $0) } ?? "")
        let hasServer: Bool = getenv("ENVFACTORY_BENCH_KUBECONFIG") != nil
        var lines: [UInt8] = []
        for family in families where family.needsServer == hasServer && selection.wants(family) {
            let figures: [Figure]
            do {
                figures = try await family.figures(selection)
            } catch {
                figures = [Figure(name: family.name, note: "\(error)")]
            }
            for figure in figures {
                print(figure.line)
                lines += figure.json.encoded() + [UInt8(ascii: "\n")]
            }
        }
        if !write(lines, to: ".build/bench.jsonl", mode: "a") {
            print("cannot write .build/bench.jsonl: run from the package's folder")
            exit(1)
        }
    }
}
