import EnvfactoryCommands
import Formats
import Glibc
import Kubernetes
import KubernetesSimulator

/// A simulated cluster on loopback, for figures that a real operator process takes on it.
///
/// `Benchmarks serve FILE` writes an administrator's kubeconfig to the file, and serves until its input ends. To every
/// line of its input it answers how much the operator wrote since the line before, leases aside.
enum SimulatedServer {
    static let argument: String = "serve"
    static let operatorUser: String = "system:serviceaccount:envfactory-system:envfactory"

    static func run(kubeconfig path: String) async throws {
        let time: SystemTime = SystemTime()
        let server: SimulatedAPIServer = SimulatedAPIServer(time: SimulatedTime(start: time.now))
        let cluster: ServedCluster = try ServedCluster(server: server, clock: time)
        umask(0o077)
        guard write(Array(cluster.kubeconfig.utf8), to: path) else {
            print("cannot write \(path)")
            return
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await cluster.run() }
            group.addTask {
                print("serving")
                fflush(nil)
                while let question = try await nextLine(time), !question.isEmpty {
                    print(server.writes.count { $0.identity.user == operatorUser && $0.resource != leases })
                    fflush(nil)
                    server.clearWrites()
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    private static let leases: String = "leases.coordination.k8s.io"

    /// Asks again and again, so that no thread of the pool waits for a person.
    private static func nextLine(_ time: SystemTime) async throws -> String? {
        var input: pollfd = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
        while poll(&input, 1, 0) == 0 { try await time.sleep(for: .milliseconds(100)) }
        return readLine()
    }
}
