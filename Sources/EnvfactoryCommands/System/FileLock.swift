import Kubernetes

/// A file that is there while somebody works on another one, as kubectl locks kubeconfigs.
struct FileLock: Sendable {
    private static let tries = 100
    private static let pause: Duration = .milliseconds(50)

    /// Of the lock itself.
    let path: String
    let files: any FileSystem
    let time: any TimeSource

    /// Runs `body` while nobody else holds the lock.
    func held<Value>(while body: () async throws -> Value) async throws -> Value {
        try await take()
        do {
            let value = try await body()
            release()
            return value
        } catch {
            release()
            throw error
        }
    }

    private func take() async throws {
        for _ in 0..<Self.tries {
            if try files.createExclusively(path) { return }
            try await time.sleep(for: Self.pause)
        }
        throw CommandFailure(
            .timedOut, "another program holds \(path)",
            hints: ["if none is writing that kubeconfig, one has left it behind: remove it"])
    }

    private func release() {
        do {
            try files.remove(path)
        } catch {
            // Whoever comes next is told that it is there, and what to do.
        }
    }
}
