import Glibc
import Kubernetes

extension Surroundings {
    /// Those of this process.
    package static func process() -> Surroundings {
        let environment: @Sendable (String) -> String? = { name in
            getenv(name).map { String(cString: $0) }
        }
        return Surroundings(
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
            transport: { settings in try NetworkTransport.make(settings, environment) }
        )
    }

    /// `.` where it has been removed: paths from there fail by themselves.
    private static func currentDirectory() -> String {
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return String(cString: path)
    }
}
