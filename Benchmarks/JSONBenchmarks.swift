import Formats

/// Reading, writing and scanning a list of 10,000 pods, beside Go's `encoding/json` on the same text.
let jsonFamily: Family = Family(name: "json") { selection in
    let input: String = ".build/bench/pods.json"
    let text: [UInt8] = try PodList.text(count: 10_000)
    guard write(text, to: input) else {
        return [Figure(name: "json", note: "cannot write \(input): run from the package's folder")]
    }
    let peer: PeerProcess? = PeerProcess(".build/peers/json", arguments: [input])
    let value: JSONValue = try JSONValue(parsing: text)

    var figures: [Figure] = []
    if selection.wants("json.decode") {
        figures.append(
            try await figure("json.decode", megabytes: text.megabytes, peer: peer) { _ = try JSONValue(parsing: text) })
    }
    if selection.wants("json.encode") {
        let size: Double = value.encoded().megabytes
        figures.append(await figure("json.encode", megabytes: size, peer: peer) { _ = value.encoded() })
    }
    if selection.wants("json.scan") {
        let scan: Figure = try await figure("json.scan", megabytes: text.megabytes, peer: peer) {
            _ = try JSONValue(parsing: text, keeping: metadata)
        }
        figures.append(scan)
    }
    return figures
}

/// What a cache of metadata keeps of a list.
private let metadata: JSONSelection = .members([
    "apiVersion": .everything, "kind": .everything, "metadata": .everything,
    "items": .elements(
        .members([
            "metadata": .members([
                "name": .everything, "namespace": .everything, "uid": .everything, "resourceVersion": .everything,
                "generation": .everything, "creationTimestamp": .everything, "deletionTimestamp": .everything,
                "labels": .everything, "annotations": .everything, "finalizers": .everything,
                "ownerReferences": .everything,
            ])
        ])),
])

private func figure(
    _ name: String, megabytes: Double, peer: PeerProcess?, _ body: () throws -> Void
) async rethrows -> Figure {
    let verb: String = String(name.dropFirst("json.".count))
    let time: (ours: Double, peer: Double?) = try await alternating(rounds: 5) {
        try seconds(body)
    } peer: {
        peer?.ask(verb).flatMap { Double($0) }
    }
    var figure: Figure = Figure(name: name, value: megabytes / time.ours, unit: "MB/s")
    figure.peer = time.peer.map { .init(name: "go encoding/json", value: megabytes / $0) }
    if time.peer == nil { figure.note = "no peer: run Scripts/bench-peers" }
    return figure
}

extension [UInt8] {
    fileprivate var megabytes: Double { Double(count) / 1e6 }
}
