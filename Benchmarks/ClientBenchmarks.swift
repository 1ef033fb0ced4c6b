import Formats
import Glibc
import Kubernetes

/// What a process costs that does nothing but hold a watch.
let clientFamily: Family = Family(name: "client", needsServer: true) { selection in
    guard selection.wants("client.idle_rss") else { return [] }
    let name: String = "client.idle_rss"
    let process: PeerProcess? = PeerProcess("/proc/self/exe", arguments: [IdleWatch.argument])
    guard let process, process.ask("") == IdleWatch.sign else {
        return [Figure(name: name, note: "the process that watches ended")]
    }
    try await ContinuousClock().sleep(for: .seconds(5))
    guard let resident = process.megabytes("VmRSS"), let own = process.megabytes("RssAnon") else {
        return [Figure(name: name, note: "its memory cannot be read")]
    }
    let note: String = "\((own * 10).rounded() / 10) of its own, the rest are pages of the program and its libraries"
    return [Figure(name: name, value: resident, unit: "MB", isBetterWhenSmaller: true, note: note)]
}

/// The process that is measured: a connected client, and a watch on which nothing comes.
enum IdleWatch {
    static let argument: String = "idle-watch"
    static let sign: String = "watching"

    static func run() async throws {
        guard let server = try Server.named() else { return }
        try await server.client().listAndWatch(
            .configMaps, namespace: "kube-system", time: SystemTime(), random: SystemRandom()
        ) { update in
            guard case .synced = update else { return }
            print(sign)
            fflush(nil)
        }
    }
}
