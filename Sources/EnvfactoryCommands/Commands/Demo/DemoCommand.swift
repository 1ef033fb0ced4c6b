import Kubernetes
import Synchronization

/// One command of this program, run on the demo's cluster as on any other.
struct DemoCommand: Sendable {
    let context: CommandContext
    let host: DemoHost
    let files: DemoFiles

    /// Runs it, and returns what it printed.
    ///
    /// - Throws: ``CommandFailure`` with what it said, where it does not succeed.
    func run(_ line: String) async throws -> String {
        let (output, diagnostics) = (KeptOutput(), KeptOutput())
        let words = line.split(separator: " ").map(String.init)
        let code = await Program.run(words, surroundings(output, diagnostics))
        try Task.checkCancellation()
        guard code == .success else {
            let said = diagnostics.text.split(separator: "\n").map(String.init)
            throw CommandFailure(code, "'envfactory \(line)' ended with exit code \(code.rawValue)", details: said)
        }
        return output.text
    }

    private func surroundings(_ output: any ByteSink, _ diagnostics: any ByteSink) -> Surroundings {
        let kubeconfig = "\(DemoFiles.directory)/kubeconfig"
        return Surroundings(
            output: output,
            diagnostics: diagnostics,
            input: { [] },
            environment: { $0 == "KUBECONFIG" ? kubeconfig : nil },
            workingDirectory: DemoFiles.directory,
            files: files,
            time: host.time,
            random: context.surroundings.random,
            transport: host.transport,
            repositories: context.surroundings.repositories)
    }
}

/// Output that is looked at when the command is over.
private final class KeptOutput: ByteSink {
    private let bytes = Mutex<[UInt8]>([])

    var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }

    func write(_ more: [UInt8]) { bytes.withLock { $0 += more } }
}
