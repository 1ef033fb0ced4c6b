import EnvfactoryCommands
import Testing

@Suite("envfactory chart render")
struct ChartRenderTests {
    private func machine(_ files: [String: String] = [:]) -> TestMachine {
        var all = [
            "/charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\n",
            "/charts/web/values.yaml": "replicas: 1\nimage: {tag: a}\n",
            "/charts/web/values.schema.json": #"{"properties": {"replicas": {"type": "number", "maximum": 5}}}"#,
            "/charts/web/templates/NOTES.txt": "thanks",
            "/charts/web/templates/_helpers.tpl": #"{{ define "name" }}{{ .Release.Name }}-web{{ end }}"#,
            "/charts/web/templates/pod.yaml": """
            apiVersion: v1
            kind: Pod
            metadata: {name: {{ include "name" . }}, namespace: {{ .Release.Namespace }}}
            spec: {image: {{ .Values.image.tag }}, replicas: {{ .Values.replicas }}}
            """,
            "/charts/web/templates/hook.yaml": """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: after, annotations: {helm.sh/hook: post-install}}
            """,
            "/charts/web/templates/account.yaml": "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n",
        ]
        all.merge(files) { $1 }
        var machine = TestMachine()
        machine.files = MemoryFiles(all)
        return machine
    }

    @Test("prints the objects in Helm's order, and its hooks after them")
    func render() async {
        let run = await machine(["/v.yaml": "image: {tag: b}\n"])
            .run("chart render /charts/web --name demo -n team -f /v.yaml --set replicas=3")
        #expect(
            run
                == CommandLineRun(
                    """
                    ---
                    # Source: web/templates/account.yaml
                    apiVersion: v1
                    kind: ServiceAccount
                    metadata: {name: a}

                    ---
                    # Source: web/templates/pod.yaml
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: demo-web, namespace: team}
                    spec: {image: b, replicas: 3}
                    ---
                    # Source: web/templates/hook.yaml
                    apiVersion: batch/v1
                    kind: Job
                    metadata: {name: after, annotations: {helm.sh/hook: post-install}}

                    """))
    }

    @Test(
        "renders a chart wherever it is",
        arguments: ["/charts/web", "/charts/web.tgz", "web --repo https://charts.example --version 1.x"])
    func sources(chart: String) async {
        let run = await ChartServer.machine().run("chart render \(chart) --set replicas=2")
        #expect(
            run
                == CommandLineRun(
                    """
                    ---
                    # Source: web/templates/pod.yaml
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: web-2}

                    """))
    }

    @Test(
        "says what is wrong, and prints nothing",
        arguments: [
            ("/charts/none", ExitCode.notFound, "there is no chart at /charts/none"),
            ("/charts/web --set replicas=9", .rejected, "replicas"),
            ("/charts/web -f /none.yaml", .usage, "there is no file /none.yaml"),
            ("/charts/web --set a[", .rejected, "a["),
            ("/charts/web --kube-version soon", .rejected, "soon"),
            ("/charts/broken", .rejected, "parse error at (broken/templates/x.yaml:2)"),
            ("/charts/refusing", .rejected, "execution error at (refusing/templates/x.yaml:1:3): set a.b"),
        ])
    func refused(line: String, code: ExitCode, message: String) async {
        let run = await machine([
            "/charts/broken/Chart.yaml": "apiVersion: v2\nname: broken\nversion: 1.0.0\n",
            "/charts/broken/templates/x.yaml": "a: b\n{{ end }}",
            "/charts/refusing/Chart.yaml": "apiVersion: v2\nname: refusing\nversion: 1.0.0\n",
            "/charts/refusing/templates/x.yaml": #"{{ required "set a.b" .Values.a }}"#,
        ]).run("chart render \(line)")
        #expect(run.code == code && run.output.isEmpty)
        #expect(run.diagnostics.hasPrefix("error: ") && run.diagnostics.contains(message), "\(run.diagnostics)")
    }
}
