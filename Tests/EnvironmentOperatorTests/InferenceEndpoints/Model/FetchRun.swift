import EnvironmentAPI
import Formats
import Foundation
import Kubernetes
import Testing

@testable import EnvironmentOperator

/// The fetch step's own script, run by this machine's shell with programs that a test plays.
///
/// `curl` sends what is in `served`, so many bytes each time as `curl` of the test says; `df` says what is free.
final class FetchRun {
    let directory: URL
    private var cache: URL { directory.appending(path: "cache") }

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "envfactory-fetch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
        try program("sleep", ":")
        try free(kibibytes: 1 << 20)
    }

    deinit {
        do { try FileManager.default.removeItem(at: directory) } catch {}
    }

    private var bin: URL { directory.appending(path: "bin") }

    /// A program of this name, which takes the place of the system's.
    private func program(_ name: String, _ body: String) throws {
        let file = bin.appending(path: name)
        try Data("#!/bin/sh\n\(body)\n".utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: file.path)
    }

    /// What is left in the cache.
    func free(kibibytes: Int) throws { try program("df", "printf 'Filesystem\\nx 0 0 \(kibibytes) 0 x\\n'") }

    /// A server of a file, which tells its size to whoever asks for the head; else `body` runs with `part`, where the
    /// bytes belong.
    func curl(size: Int, _ body: String) throws {
        try program(
            "curl",
            """
            case " $* " in *" -sSfIL "*) printf 'Content-Length: \(size)\\r\\n'; exit 0;; esac
            echo "$*" >>"\(directory.path)/calls"
            part=; for word; do case $last in -o) part=$word;; esac; last=$word; done
            \(body)
            """)
    }

    /// How often a file was asked for.
    var calls: Int { text("calls").split(separator: "\n").count }

    func text(_ path: String) -> String {
        String(
            decoding: FileManager.default.contents(atPath: directory.appending(path: path).path) ?? Data(),
            as: UTF8.self)
    }

    /// Runs it for `model.gguf`; what it ends with, and its last words.
    func run(sha256: String? = nil) async throws -> (code: Int32, words: String) {
        var endpoint = KubernetesObject(.inferenceEndpoints, namespace: "team", name: "a")
        var spec = EndpointStage.clusterSpec
        spec["model"] = [
            "name": "gemma", "file": "model.gguf", "source": "https://models.example.com/gemma",
        ]
        if let sha256 { spec["model"]?["sha256"] = .string(sha256) }
        endpoint["spec"] = spec
        let fetch = try #require(ModelFetch(InferenceEndpoint(from: endpoint), directory: cache.path))
        let container = fetch.container(image: "x", mount: [:])
        let script = try #require(container["command"]?.array?.last?.string)
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        // Where a kubelet reads last words is nothing that a test may write to.
        process.arguments = ["-c", script.replacing("/dev/termination-log", with: "\(directory.path)/words")]
        process.environment = ["PATH": "\(bin.path):/usr/bin:/bin"]
        for variable in container["env"]?.array ?? [] {
            process.environment?[variable["name"]?.string ?? ""] = variable["value"]?.string
        }
        process.standardError = FileHandle.nullDevice
        await withCheckedContinuation { continuation in
            process.terminationHandler = { _ in continuation.resume() }
            do { try process.run() } catch { continuation.resume() }
        }
        return (process.terminationStatus, text("words"))
    }
}
