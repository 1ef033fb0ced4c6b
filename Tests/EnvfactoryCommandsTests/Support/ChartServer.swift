import Cryptography
import HTTPModel
import Helm
import TestSupport

/// The chart `web`, as tests have it on disk and in a repository.
enum ChartServer {
    static let metadata = "apiVersion: v2\nname: web\nversion: 1.2.3\n# a comment\n"
    static let values = "# how many\nreplicas: 1\n"
    static let readme = "# Web\nIt serves."
    static let template = "apiVersion: v1\nkind: Pod\nmetadata: {name: web-{{ .Values.replicas }}}"

    static let texts = [
        "Chart.yaml": metadata, "values.yaml": values, "README.md": readme, "templates/pod.yaml": template,
    ]

    static let archive = ChartArchive.pack(
        texts.sorted { $0.key < $1.key }.map { ChartFile(path: $0.key, bytes: Array($0.value.utf8)) }, folder: "web")
    static let digest = "sha256:\(SHA256.digest(of: archive).hex)"

    /// The repository, which is asked for the index and then for the archive, once.
    static func repository(at address: String = "https://charts.example", archive: [UInt8] = archive)
        -> ScriptedTransport
    {
        let index = """
            apiVersion: v1
            entries:
              web:
              - {name: web, version: 1.2.3, urls: [web.tgz], digest: \(digest.dropFirst(7))}
              - {name: web, version: 2.0.0-rc.1, urls: [next.tgz]}
            """
        return ScriptedTransport([
            .expect(
                .get, "\(address)/index.yaml", .response(HTTPResponse(status: 200, body: Array(index.utf8)))
            ),
            .expect(.get, "\(address)/web.tgz", .response(HTTPResponse(status: 200, body: archive))),
        ])
    }

    /// A machine with the chart as a folder and as a file, and a repository that has it.
    static func machine() -> TestMachine {
        var machine = TestMachine()
        var files = Dictionary(uniqueKeysWithValues: texts.map { ("/charts/web/\($0.key)", $0.value) })
        files["/password"] = "hush\n"
        let memory = MemoryFiles(files)
        memory.replace("/charts/web.tgz", with: archive)
        machine.files = memory
        machine.repositories = repository()
        return machine
    }
}
