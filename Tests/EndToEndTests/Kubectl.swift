import Foundation
import Synchronization
import Testing

/// The real `kubectl`, where this machine has one.
struct Kubectl: Sendable {
    let path: String
    /// 27 for 1.27.
    let minor: Int

    /// What ENVFACTORY_KUBECTL names, else the PATH's, if it is 1.27 or newer.
    static let found: Kubectl? = {
        let environment = ProcessInfo.processInfo.environment
        let named = environment["ENVFACTORY_KUBECTL"].flatMap { $0.isEmpty ? nil : $0 }
        let directories = (environment["PATH"] ?? "").split(separator: ":")
        let candidates = named.map { [$0] } ?? directories.map { "\($0)/kubectl" }
        guard let path = candidates.first(where: FileManager.default.isExecutableFile) else { return nil }
        guard let minor = minorVersion(of: path), minor >= 27 else { return nil }
        return Kubectl(path: path, minor: minor)
    }()

    static let missing: Comment =
        "no kubectl of version 1.27 or newer: name one in ENVFACTORY_KUBECTL (Scripts/kubectl prints or fetches one)"

    private static func minorVersion(of path: String) -> Int? {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["version", "--client", "-o", "json"]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return nil }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let version = text.split(separator: "\"").first { $0.hasPrefix("v1.") }
        return version?.split(separator: ".").dropFirst().first.flatMap { Int($0) }
    }

    /// What came of one call.
    struct Output: Sendable {
        var status: Int32
        /// Standard output, then standard error.
        var text: String
    }

    /// Runs it once; nothing of the machine's own configuration reaches it.
    func run(
        _ arguments: [String],
        input: String? = nil,
        kubeconfig: String,
        in directory: String
    ) async throws -> Output {
        let files = ["in", "out", "err"].map { URL(fileURLWithPath: "\(directory)/\(UUID().uuidString).\($0)") }
        for (file, content) in zip(files, [input ?? "", "", ""]) { try Data(content.utf8).write(to: file) }
        defer { for file in files { try? FileManager.default.removeItem(at: file) } }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.environment = [
            "HOME": directory, "KUBECONFIG": "\(directory)/\(kubeconfig)", "TMPDIR": directory,
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "TZ": "UTC",
        ]
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        let text = try files.dropFirst().map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }.joined()
        return Output(status: process.terminationStatus, text: text)
    }
}
