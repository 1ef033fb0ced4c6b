import EnvfactoryCommands
import Helm
import TestSupport
import Testing

@Suite("envfactory chart show")
struct ChartShowTests {
    @Test(
        "prints what was written, wherever the chart is",
        arguments: ["/charts/web", "/charts/web.tgz", "web --repo https://charts.example"])
    func all(chart: String) async {
        let run = await ChartServer.machine().run("chart show \(chart)")
        #expect(
            run
                == CommandLineRun(
                    """
                    apiVersion: v2
                    name: web
                    version: 1.2.3
                    # a comment
                    ---
                    # how many
                    replicas: 1
                    ---
                    # Web
                    It serves.

                    """))
    }

    @Test(
        "prints one part",
        arguments: [
            ("metadata", ChartServer.metadata), ("values", ChartServer.values), ("readme", ChartServer.readme + "\n"),
        ])
    func part(part: String, text: String) async {
        let run = await ChartServer.machine().run("chart show /charts/web.tgz --part \(part)")
        #expect(run == CommandLineRun(text))
    }

    @Test(
        "says what is wrong, and prints nothing",
        arguments: [
            ("/charts/none", ExitCode.notFound, "there is no chart at /charts/none"),
            ("/password", .rejected, "this is no packed chart"),
            ("/charts", .rejected, "there is no Chart.yaml"),
            ("/charts/bare --part readme", .notFound, "the chart /charts/bare has no readme"),
            ("oci://registry.example/web", .usage, "give the repository with --repo"),
            ("web --repo oci://registry.example", .rejected, "name a repository with an index.yaml, by https://"),
            ("web --version 1.0.0", .usage, "--version is about a chart that is fetched: give its --repo as well"),
            ("web --repo https://charts.example --username jane", .usage, "--username and --password-file go together"),
            ("other --repo https://charts.example", .notFound, "the index has no chart other: it has web"),
            ("web --repo https://charts.example --version 3", .notFound, "it has 2.0.0-rc.1, 1.2.3"),
        ])
    func refused(line: String, code: ExitCode, message: String) async {
        let machine = ChartServer.machine()
        _ = (machine.files as? MemoryFiles)?.replace(
            "/charts/bare/Chart.yaml", with: Array("name: bare\nversion: 1.0.0\n".utf8))
        let run = await machine.run("chart show \(line)")
        #expect(run.code == code && run.output.isEmpty, "\(run)")
        #expect(run.diagnostics.hasPrefix("error: ") && run.diagnostics.contains(message), "\(run)")
    }

    @Test("leaves no code in a text that a terminal would obey")
    func terminal() async {
        var machine = ChartServer.machine()
        let text = "a \u{1B}[2J\tb\n"
        (machine.files as? MemoryFiles)?.replace("/charts/web/README", with: Array(text.utf8))
        _ = (machine.files as? MemoryFiles)?.remove("/charts/web/README.md")
        #expect(await machine.run("chart show /charts/web --part readme").output == text)
        machine.outputColumns = 80
        #expect(await machine.run("chart show /charts/web --part readme").output == "a \\u{1b}[2J\tb\n")
    }
}
