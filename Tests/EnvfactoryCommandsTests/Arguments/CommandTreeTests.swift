import Glibc
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("Every command of the tree")
struct CommandTreeTests {
    private static let names = CommandList.all.map { $0.description.name }

    @Test("refuses an option that it does not have, on standard error alone", arguments: names)
    func unknownOption(name: String) async {
        let run = await TestMachine().run("\(name) --no-such-option")
        #expect(run.code == .usage)
        #expect(run.output.isEmpty)
        #expect(run.diagnostics.hasPrefix("error: "))
        #expect(run.diagnostics.contains("--no-such-option"))
        #expect(run.diagnostics.hasSuffix("hint: see 'envfactory help \(name)'\n"))
    }

    @Test(
        "a disk that takes nothing is told with the file and what to do, and its lock is not left behind",
        arguments: [
            (ENOSPC, "error: cannot write /home/jane/k: No space left on device\nhint: make room on that disk"),
            (EROFS, "error: cannot write /home/jane/k.lock: Read-only file system\nhint: see who may read and write"),
        ])
    func refusingDisk(number: Int32, diagnostics: String) async throws {
        var cluster = try await CommandCluster()
        try await cluster.readyEnvironment("a")
        let files = MemoryFiles(["/kubeconfig": TestMachine.kubeconfig], directories: ["/home/jane"])
        cluster.machine.files = RefusingFiles(files: files, number: number)
        let run = await cluster.run("kubeconfig a --merge --into k")
        #expect(run.code == .internalError)
        #expect(run.output.isEmpty)
        #expect(run.diagnostics.hasPrefix(diagnostics))
        #expect(files.paths == ["/kubeconfig"])
    }
}
