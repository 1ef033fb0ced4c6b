import EnvironmentOperator
package import HTTPModel
package import Kubernetes
package import Telemetry

/// All that a command has of the world outside: injected, so that tests run commands in process.
package struct Surroundings: Sendable {
    package var output: any ByteSink
    package var diagnostics: any ByteSink
    /// Reads standard input to its end.
    package var input: @Sendable () throws -> [UInt8]
    /// Where standard output is a terminal; `nil` where a program reads it.
    package var outputTerminal: Terminal?
    package var diagnosticsTerminal: Terminal?
    package var environment: @Sendable (String) -> String?
    package var workingDirectory: String
    package var files: any FileSystem
    package var time: any TimeSource
    package var random: any RandomSource
    package var transport: @Sendable (ConnectionSettings) throws -> any HTTPTransport
    /// Reaches chart repositories by whole URLs, without following redirects; trusts the given authorities (PEM) in
    /// place of the system's.
    package var repositories: @Sendable (_ authorities: [UInt8]?) throws -> any HTTPTransport
    /// Reaches model servers that users name, and never the machine itself.
    package var models: @Sendable () -> any HTTPTransport = { NoWeb() }
    /// What one types to call this program.
    package var program = "envfactory"
    package var interruption = Interruption()
    /// Runs other programs; nobody does where a test says nothing.
    package var programs: any ProgramRunner = NoPrograms()
    /// Where the operator's log goes.
    package var log: any LogSink = DescriptorSink.standardError

    package init(
        output: any ByteSink,
        diagnostics: any ByteSink,
        input: @escaping @Sendable () throws -> [UInt8],
        outputTerminal: Terminal? = nil,
        diagnosticsTerminal: Terminal? = nil,
        environment: @escaping @Sendable (String) -> String?,
        workingDirectory: String,
        files: any FileSystem,
        time: any TimeSource,
        random: any RandomSource,
        transport: @escaping @Sendable (ConnectionSettings) throws -> any HTTPTransport,
        repositories: @escaping @Sendable (_ authorities: [UInt8]?) throws -> any HTTPTransport
    ) {
        self.output = output
        self.diagnostics = diagnostics
        self.input = input
        self.outputTerminal = outputTerminal
        self.diagnosticsTerminal = diagnosticsTerminal
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.files = files
        self.time = time
        self.random = random
        self.transport = transport
        self.repositories = repositories
    }
}
