import Testing

@testable import EnvfactoryCommands

@Suite("The help")
struct HelpTextTests {
    private static let names = CommandList.all.map { $0.description.name }

    @Test("explains every command: what, why, usage, options, an example", arguments: names)
    func everyCommand(name: String) async throws {
        let help = await TestMachine().run("help \(name)")
        let option = await TestMachine().run("\(name) --help")
        #expect(help == option)
        #expect(help.code == .success)
        #expect(help.diagnostics.isEmpty)
        for heading in ["\n\nUsage:\n  envfactory \(name)", "\n  -h, --help", "\n\nExample:\n  "] {
            #expect(help.output.contains(heading))
        }
        let description = try #require(CommandList.find(name.split(separator: " ").map(String.init))).command
            .description
        #expect(description.why.count > 40)
        #expect(!description.summary.hasSuffix("."))
        for line in help.output.split(separator: "\n") { #expect(line.count <= 80 || line.hasPrefix("  envfactory")) }
    }

    @Test("parses the example of every command", arguments: names)
    func examples(name: String) throws {
        let description = try #require(CommandList.find(name.split(separator: " ").map(String.init))).command
            .description
        for line in description.example.split(separator: "\n") where line.hasPrefix("envfactory ") {
            let words = line.split(separator: " ").dropFirst().map(String.init)
            guard case .command(let type, let arguments) = try Invocation(words) else {
                Issue.record("\(line) calls no command")
                continue
            }
            _ = try type.init(ArgumentParser.parse(arguments, type.description))
        }
    }

    @Test("gives no two options of a command one spelling", arguments: names)
    func spellings(name: String) throws {
        let description = try #require(CommandList.find(name.split(separator: " ").map(String.init))).command
            .description
        let long = description.allOptions.map(\.name)
        let short = description.allOptions.compactMap(\.short)
        #expect(Set(long).count == long.count)
        #expect(Set(short).count == short.count)
    }

    @Test("lists every command that is not hidden")
    func overview() async {
        let help = await TestMachine().run("--help")
        #expect(help == (await TestMachine().run("help")))
        for command in CommandList.all.map({ $0.description }) where !command.isHidden {
            #expect(help.output.contains("\n  \(command.name) "))
        }
    }

    @Test(
        "leads from a wrong word to the right one",
        arguments: [
            ("", "no command is given: 'envfactory help' lists them"),
            ("lsit", "there is no command lsit: did you mean 'list'?"),
            ("ls", "there is no command ls: did you mean 'list'?"),
            ("frobnicate", "there is no command frobnicate: 'envfactory help' lists them"),
        ])
    func wrongWords(line: String, message: String) async {
        let run = await TestMachine().run(line)
        #expect(run == CommandLineRun(diagnostics: "error: \(message)\n", code: .usage))
    }

    @Test("takes shared options before the command as well")
    func leadingOptions() async {
        let run = await TestMachine().run("-o json --namespace team -q version --client")
        #expect(run.code == .success)
    }

    @Test("breaks lines between words")
    func wrapping() {
        let text = HelpText.wrapped(String(repeating: "word ", count: 40), indent: "    ")
        for line in text.split(separator: "\n") {
            #expect(line.hasPrefix("    word"))
            #expect(line.count <= 80)
        }
    }
}
