import EnvfactoryCommands
import Formats
import HTTPModel
import Kubernetes
import TestSupport

/// A whole run of the program in process: what it printed, what it said, how it ended.
struct CommandLineRun: Equatable, CustomStringConvertible {
    var output: String
    var diagnostics: String
    var code: ExitCode

    init(_ output: String = "", diagnostics: String = "", code: ExitCode = .success) {
        self.output = output
        self.diagnostics = diagnostics
        self.code = code
    }

    var description: String { "exit \(code.rawValue)\n--- output\n\(output)--- diagnostics\n\(diagnostics)---" }
}

/// What a test gives the program in place of a machine.
struct TestMachine: Sendable {
    var variables: [String: String] = ["KUBECONFIG": "/kubeconfig", "HOME": "/home/jane"]
    var files: any FileSystem = MemoryFiles(["/kubeconfig": TestMachine.kubeconfig])
    var input = ""
    var workingDirectory = "/home/jane"
    var time: any TimeSource = ManualTime(.jumping)
    var terminalColumns: Int?
    /// As ``terminalColumns``, of standard output.
    var outputColumns: Int?
    var transport: any HTTPTransport = ScriptedTransport()
    var repositories: any HTTPTransport = ScriptedTransport()
    var programs: any ProgramRunner = NoPrograms()

    static let kubeconfig = """
        apiVersion: v1
        kind: Config
        current-context: host
        contexts: [{name: host, context: {cluster: host, user: jane, namespace: team}}]
        clusters: [{name: host, cluster: {server: "https://host.example:6443"}}]
        users: [{name: jane, user: {token: secret}}]
        """

    func surroundings(_ output: any ByteSink, _ diagnostics: any ByteSink) -> Surroundings {
        let terminal = terminalColumns.map { columns in Terminal { columns } }
        let outputTerminal = outputColumns.map { columns in Terminal { columns } }
        let (variables, input, transport, repositories) = (variables, input, transport, repositories)
        var surroundings = Surroundings(
            output: output,
            diagnostics: diagnostics,
            input: { Array(input.utf8) },
            outputTerminal: outputTerminal,
            diagnosticsTerminal: terminal,
            environment: { variables[$0] },
            workingDirectory: workingDirectory,
            files: files,
            time: time,
            random: FixedRandom(0),
            transport: { _ in transport },
            repositories: { _ in repositories }
        )
        surroundings.programs = programs
        return surroundings
    }

    /// Runs the program with these words.
    func run(_ arguments: [String]) async -> CommandLineRun {
        let (output, diagnostics) = (MemoryOutput(), MemoryOutput())
        let code = await Program.run(arguments, surroundings(output, diagnostics))
        return CommandLineRun(output.text, diagnostics: diagnostics.text, code: code)
    }

    /// Runs a line as a shell without quotes would take it apart.
    func run(_ line: String) async -> CommandLineRun { await run(line.split(separator: " ").map(String.init)) }
}
