import Testing

@testable import EnvfactoryCommands

@Suite("The examples of the help")
struct ExampleTests {
    /// The calls of this program in an example, each as the words that a shell would make of it.
    private static func calls(in example: String) -> [[String]] {
        // A line that goes on is one line, and a command ends where another begins or its output goes elsewhere.
        var text = ""
        var isQuoted = false
        for character in example.split(separator: "\\\n", omittingEmptySubsequences: false).joined() {
            if character == "'" { isQuoted.toggle() }
            text.append(isQuoted || !"|&>();\n".contains(character) ? character : "\n")
        }
        return text.split(separator: "\n").compactMap { line in
            guard let start = line.firstRange(of: "envfactory ") else { return nil }
            let before = line[..<start.lowerBound]
            guard before.allSatisfy({ " <$=".contains($0) || $0.isLetter }), !before.contains("kubectl") else {
                return nil
            }
            return words(line[start.upperBound...])
        }
    }

    private static func words(_ line: Substring) -> [String] {
        line.split(separator: "'", omittingEmptySubsequences: false).enumerated().flatMap { index, part in
            index % 2 == 1 ? [String(part)] : part.split(separator: " ").map(String.init)
        }
    }

    @Test("calls its own command, with arguments that it takes", arguments: CommandList.all.map { $0.description.name })
    func arguments(name: String) throws {
        let command = try #require(CommandList.all.first { $0.description.name == name })
        let calls = Self.calls(in: command.description.example)
        #expect(calls.isEmpty == (name == "token"), "\(command.description.example)")
        for call in calls {
            guard case .command(let called, let arguments) = try Invocation(call) else {
                Issue.record("\(call) calls no command")
                continue
            }
            #expect(called.description.name == name)
            _ = try called.init(try ArgumentParser.parse(arguments, called.description))
        }
    }

    @Test("are found between a shell's signs")
    func shell() {
        #expect(
            Self.calls(in: "a=$(envfactory up) && x | envfactory get 'a b' -\nkubectl get pods") == [
                ["up"], ["get", "a b", "-"],
            ])
    }
}
