import Formats
import Foundation
import Kubernetes
import Testing

@testable import Helm

/// A reader and writer of release Secrets that shares no code with ours.
enum ReleaseReader {
    static let python: String? = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    static func ask(_ verb: String, _ json: JSONValue) throws -> JSONValue {
        let root: [Substring] = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
        let process: Process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(python))
        process.arguments = [root.joined(separator: "/") + "/Scripts/release-reader.py", verb]
        let (input, output): (Pipe, Pipe) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        input.fileHandleForWriting.write(Data(json.encoded()))
        try input.fileHandleForWriting.close()
        let answer: Data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return try JSONValue(parsing: Array(answer))
    }
}

@Suite("Release Secrets, read by another program", .enabled(if: ReleaseReader.python != nil))
struct ReleaseReaderTests {
    @Test("finds all fields where Helm has them, at every step of an operation", arguments: 0..<3)
    func written(step: Int) throws {
        var cluster: ReleaseCluster = ReleaseCluster()
        let wish: ReleaseCluster.Wish = deploying([
            Demo.object("ConfigMap", "a", "data: {é: <&>}"), Demo.hook("h", "pre-install", weight: -1),
        ])
        for _ in 0..<[1, 4, 9][step] { _ = try cluster.pass(wish) }
        let secret: KubernetesObject = try #require(cluster.secrets.values.first)
        let release: JSONValue = try ReleaseReader.ask("read", secret.json)
        #expect(release[path: "info", "status"]?.string == ["pending-install", "pending-install", "deployed"][step])
        #expect(release["name"] == "demo" && release["namespace"] == "env-demo" && release["version"] == 1)
        #expect(release[path: "info", "first_deployed"] == "2027-01-15T08:00:00.000000Z")
        #expect(
            release[path: "chart", "metadata"] == [
                "apiVersion": "v2", "appVersion": "9", "name": "demo", "version": "1.2.3",
            ])
        #expect(release[path: "chart", "values"] == ["replicas": 1])
        #expect(release[path: "chart", "schema"] == "e30=")
        #expect(release[path: "chart", "templates"] == [["name": "templates/a.yaml", "data": "a2luZDogPMOpPgo="]])
        let manifest: String? = release["manifest"]?.string
        #expect(manifest?.hasPrefix("---\n# Source: demo/templates/00.yaml\napiVersion: v1") == true)
        #expect(manifest?.contains("é: <&>") == true)
        let hook: JSONValue? = release["hooks"]?.array?.first
        #expect(hook?["weight"] == -1 && hook?["events"] == ["pre-install"])
        let phases: [JSONValue] = ["", "Running", "Succeeded"]
        #expect(hook?[path: "last_run", "phase"] == phases[step])
    }

    @Test("reads what others write, and writes it again without losing anything")
    func read() throws {
        let release: JSONValue = [
            "name": "demo", "namespace": "env-demo", "version": 4, "future": ["field": 1],
            "info": [
                "status": "deployed", "first_deployed": "2026-08-20T15:58:20.123456789-06:00", "deleted": "",
                "last_deployed": "2026-08-21T15:58:20Z", "description": "Upgrade complete",
                "resources": ["v1/Pod": []],
            ],
            "chart": [
                "metadata": ["name": "demo", "version": "1.0.0", "apiVersion": "v2"], "lock": .null,
                "templates": [["name": "templates/a", "data": "YQ==", "modtime": "2026-01-01T00:00:00Z"]],
                "values": ["big": .unsigned(.max), "half": .double(0.5)], "schema": .null, "files": .null,
                "schemamodtime": "0001-01-01T00:00:00Z",
            ],
            "config": ["a": .null], "manifest": "---\n# Source: demo/templates/a\nkind: Widget\n",
            "hooks": [
                [
                    "name": "h", "kind": "Job", "path": "p", "manifest": "m", "events": ["test-success"],
                    "last_run": ["started_at": "", "completed_at": "", "phase": "", "future": true],
                    "delete_policies": ["hook-succeeded"],
                ]
            ],
        ]
        let secret: JSONValue = try ReleaseReader.ask("write", release)
        let stored: StoredRelease = try #require(StoredRelease(KubernetesObject(secret), in: Demo.scope))
        #expect(stored.revision == 4 && stored.operation == nil && stored.modifiedAt == 1_800_000_000)
        let read: Release = try stored.content.get()
        #expect(read.info.lastDeployed?.text == "2026-08-21T15:58:20Z" && read.chart.description == "demo-1.0.0")
        let record: ReleaseRecord = ReleaseRecord(release: read, operation: "", appliedDigest: "", createdAt: 1)
        var again: JSONValue = try ReleaseReader.ask("read", record.secret.json)
        // Helm 3 writes no time as an empty text, Helm 4 leaves it out: both read both.
        var expected: JSONValue = release
        expected["info"]?["deleted"] = nil
        var hook: JSONValue = try #require(expected["hooks"]?.array?.first)
        hook["last_run"] = ["phase": "", "future": true]
        expected["hooks"] = [hook]
        if again["apply_method"] == "" { again["apply_method"] = nil }
        #expect(again == expected)
    }
}
