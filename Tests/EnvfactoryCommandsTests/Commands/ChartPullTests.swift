import EnvfactoryCommands
import HTTPModel
import Helm
import TestSupport
import Testing

@Suite("envfactory chart pull")
struct ChartPullTests {
    private static let line = "chart pull web --repo https://charts.example"

    @Test("writes the packed chart, and prints its name and digest")
    func pulls() async throws {
        let machine = ChartServer.machine()
        let run = await machine.run("\(Self.line) --version ^1")
        #expect(run == CommandLineRun("web-1.2.3.tgz \(ChartServer.digest)\n"))
        #expect(try machine.files.read("/home/jane/web-1.2.3.tgz") == ChartServer.archive)
        #expect(!machine.files.isDirectory("/home/jane/web"))
    }

    @Test("unpacks it beside, where it is told to, unless something is there")
    func unpacks() async throws {
        var machine = ChartServer.machine()
        let line = "\(Self.line) --digest \(ChartServer.digest) -d charts --untar"
        #expect(await machine.run(line) == CommandLineRun("web-1.2.3.tgz \(ChartServer.digest)\n"))
        for (path, text) in ChartServer.texts {
            #expect(try machine.files.read("/home/jane/charts/web/\(path)") == Array(text.utf8))
        }
        machine.repositories = ChartServer.repository()
        let again = await machine.run(line)
        #expect(again.code == .alreadyExists && again.output.isEmpty)
        #expect(again.diagnostics.contains("there is something at /home/jane/charts/web already"))
    }

    @Test("shows the repository who asks, and nobody the password")
    func credentials() async throws {
        var machine = ChartServer.machine()
        let repository = ChartServer.repository()
        machine.repositories = repository
        let run = await machine.run("\(Self.line) --username jane --password-file /password -v")
        #expect(run.code == .success && !run.description.contains("hush"))
        #expect(
            repository.requests.map { $0.headers["Authorization"] } == ["Basic amFuZTpodXNo", "Basic amFuZTpodXNo"])
    }

    @Test("writes nothing where the archive is another one than the index or the pin says")
    func mismatch() async throws {
        var machine = ChartServer.machine()
        machine.repositories = ChartServer.repository(archive: ChartArchive.gzip([]))
        let changed = await machine.run(Self.line)
        #expect(changed.code == .rejected && changed.output.isEmpty && changed.diagnostics.contains(ChartServer.digest))
        machine.repositories = ChartServer.repository()
        let other = "sha256:" + String(repeating: "0", count: 64)
        let pinned = await machine.run("\(Self.line) --digest \(other)")
        #expect(pinned.code == .rejected && pinned.diagnostics.contains(other))
        #expect(pinned.diagnostics.contains(ChartServer.digest))
        #expect(try machine.files.read("/home/jane/web-1.2.3.tgz") == nil)
    }

    @Test(
        "ends as the repository answers",
        arguments: [
            (401, ExitCode.forbidden), (404, .notFound), (503, .unreachable), (400, .rejected),
        ])
    func answers(status: Int, code: ExitCode) async {
        var machine = ChartServer.machine()
        machine.repositories = ScriptedTransport([.any(.response(HTTPResponse(status: status)))])
        let run = await machine.run(Self.line)
        #expect(run.code == code && run.diagnostics.contains("https://charts.example/index.yaml"), "\(run)")
    }

    @Test("needs a repository")
    func local() async {
        let run = await ChartServer.machine().run("chart pull /charts/web")
        #expect(run.code == .usage && run.diagnostics.contains("--repo is missing"))
    }
}
