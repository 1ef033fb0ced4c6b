@preconcurrency import Glibc
import Kubernetes

extension Surroundings {
    /// Those of this process.
    package static func process() -> Surroundings {
        let variables = variables()
        let environment: @Sendable (String) -> String? = { variables[$0] }
        var surroundings = Surroundings(
            output: DescriptorOutput.standardOutput,
            diagnostics: DescriptorOutput.standardError,
            input: StandardInput.read,
            outputTerminal: Terminal(descriptor: STDOUT_FILENO, environment: environment),
            diagnosticsTerminal: Terminal(descriptor: STDERR_FILENO, environment: environment),
            environment: environment,
            workingDirectory: currentDirectory(),
            files: LocalFiles(),
            time: SystemTime(),
            random: SystemRandom(),
            transport: { settings in try NetworkTransport.make(settings, variables) },
            repositories: { NetworkTransport.repositories(authorities: $0, variables) }
        )
        surroundings.models = { NetworkTransport.models() }
        // A name without a path was found by PATH, whatever it is.
        surroundings.program = CommandLine.arguments.first ?? surroundings.program
        surroundings.programs = LocalPrograms(variables: variables)
        return surroundings
    }

    /// Read once: nothing here changes them, and programs that are run inherit them all.
    private static func variables() -> [String: String] {
        var variables: [String: String] = [:]
        var next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = environ
        while let entry = next?.pointee {
            let text = String(cString: entry)
            next = next?.advanced(by: 1)
            guard let separator = text.firstIndex(of: "=") else { continue }
            variables[String(text[..<separator])] = String(text[text.index(after: separator)...])
        }
        return variables
    }

    /// `.` where it has been removed: paths from there fail by themselves.
    private static func currentDirectory() -> String {
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return String(cString: path)
    }
}
