import Formats
import Testing

@testable import EnvfactoryCommands

@Suite("The argument parser")
struct ArgumentParserTests {
    private static let name = Positional("name", "The name of the thing.")
    private static let other = Positional("other", isRequired: false, "Another thing.")
    private static let flag = Flag("flag", short: "f", "A flag.")
    private static let value = Valued<String>("value", short: "V", "text", "A value.")
    private static let many = Valued<KeyAndValue>(pairs: "many", "key=value", "Pairs.")
    private static let description = CommandDescription(
        "thing", summary: "A thing", why: "Why not.", positionals: [name, other], options: [flag, value, many],
        example: "envfactory thing a", printsObjects: true)

    private func parse(_ line: String) throws(UsageError) -> ParsedArguments {
        try ArgumentParser.parse(line.split(separator: " ").map(String.init), Self.description)
    }

    @Test(
        "takes a value in every spelling",
        arguments: ["a --value x", "a --value=x", "a -V x", "a -Vx", "a -V=x", "--value x a", "a -fV x", "a -fVx"])
    func spellings(line: String) throws {
        let arguments = try parse(line)
        #expect(arguments[Self.value] == "x")
        #expect(arguments[Self.name] == "a")
    }

    @Test(
        "reads flags", arguments: [("a --flag", true), ("a -f", true), ("a --flag=false", false), ("a", false)])
    func flags(line: String, isOn: Bool) throws {
        #expect(try parse(line)[Self.flag] == isOn)
    }

    @Test("keeps repeated options in their order")
    func repeated() throws {
        let arguments = try parse("a --many k=1 --many=l=2=3 --many m=")
        #expect(arguments.all(Self.many).map(\.key) == ["k", "l", "m"])
        #expect(arguments.all(Self.many).map(\.value) == ["1", "2=3", ""])
    }

    @Test("takes everything after -- as it stands, and - as an argument")
    func endOfOptions() throws {
        let arguments = try parse("-f -- --value -x")
        #expect(arguments[Self.name] == "--value")
        #expect(arguments[Self.other] == "-x")
        #expect(try parse("-")[Self.name] == "-")
        #expect(try parse("a --value -")[Self.value] == "-")
    }

    @Test("takes a value that looks like an option only when it is attached")
    func attached() throws {
        #expect(try parse("a --value=-x")[Self.value] == "-x")
        #expect(throws: UsageError(["--value needs a value: write --value <text>"], command: "thing")) {
            try ArgumentParser.parse(["a", "--value", "--flag"], Self.description)
        }
    }

    @Test(
        "says what is wrong and what to do",
        arguments: [
            ("", "<name> is missing: the name of the thing."),
            ("a b c", "unexpected argument c: remove it, or put it behind the option it belongs to"),
            ("a --vlaue x", "there is no option --vlaue: did you mean --value?"),
            ("a --zzzzzz", "there is no option --zzzzzz here: remove it"),
            ("a -z", "there is no option -z here: remove it"),
            ("a --value", "--value needs a value: write --value <text>"),
            ("a --value=", "--value does not take \"\": write a value, or leave the option out"),
            ("a --value x --value y", "--value is given twice: give it once"),
            ("a --flag=maybe", "--flag does not take maybe: write true or false, or leave the value out"),
            ("a --many x", "--many does not take x: write it as key=value"),
            ("a -o xml", "-o does not take xml: write one of table, json, yaml, name"),
        ])
    func problems(line: String, problem: String) throws {
        #expect(throws: UsageError([problem], command: "thing")) { try parse(line) }
    }

    @Test("tells everything that is wrong at once")
    func allProblems() {
        let error = #expect(throws: UsageError.self) { try parse("--flg --value= --many=x") }
        #expect(error?.problems.count == 4)
    }

    @Test("gives all arguments that follow to a last one that is repeated, in their order")
    func repeatedPositional() throws {
        let words = Positional("words", isRepeated: true, "Words.")
        let description = CommandDescription(
            "say", summary: "Say", why: "Why not.", positionals: [Self.name, words], options: [Self.flag],
            example: "envfactory say a b")
        let arguments = try ArgumentParser.parse(["a", "b", "-f", "c", "--", "-d"], description)
        #expect(arguments[Self.name] == "a")
        #expect(arguments.all(words) == ["b", "c", "-d"])
        #expect(arguments[Self.flag])
        #expect(throws: UsageError(["<words> is missing: words."], command: "say")) {
            try ArgumentParser.parse(["a"], description)
        }
        #expect(HelpText.text(of: description).contains("\n  envfactory say <name> <words>... [options]\n"))
    }

    @Test("lets who asks for help get everything else wrong", arguments: ["--help", "-h", "a b c --nothing -h"])
    func help(line: String) throws {
        #expect(try parse(line)[SharedOptions.help])
    }

    @Test("escapes what the user wrote before it is shown")
    func controlCharacters() {
        let error = #expect(throws: UsageError.self) {
            try ArgumentParser.parse(["a", "b", "\u{1B}[31mred"], Self.description)
        }
        #expect(error?.problems.first?.contains("\u{1B}") == false)
    }

    @Test(
        "finds what was meant",
        arguments: [("lsit", "list"), ("craete", "create"), ("delet", "delete"), ("xyz", nil), ("", nil)])
    func suggestions(word: String, meant: String?) {
        #expect(Suggestion.nearest(to: word, among: ["list", "create", "delete"]) == meant)
    }

    @Test("never traps, whatever the arguments are", arguments: 0..<500)
    func nonsense(seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ count: UInt64) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33 % count)
        }
        let pieces = ["-", "--", "=", "f", "V", "value", "many", "\u{1B}", "é", "", " ", "k=v", "h", "o", "json"]
        let tokens = (0..<next(8)).map { _ in (0..<next(5)).map { _ in pieces[next(15)] }.joined() }
        do { _ = try ArgumentParser.parse(tokens, Self.description) } catch { #expect(!error.problems.isEmpty) }
        do { _ = try Invocation(tokens) } catch { #expect(!error.problems.isEmpty) }
    }
}
