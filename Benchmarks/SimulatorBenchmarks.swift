import Formats
import HTTPModel
import Kubernetes
import KubernetesSimulator
import Simulation

/// The simulated cluster: how quickly it answers, and how quickly time passes in it.
let simulatorFamily: Family = Family(name: "sim") { selection in
    var figures: [Figure] = []
    if selection.wants("sim.gets") { figures.append(try await gets()) }
    if selection.wants("sim.writes") { figures.append(try await writes()) }
    if selection.wants("sim.days") { figures.append(try days()) }
    return figures
}

private let count: Int = 1_000
private let rounds: Int = 20

/// Requests one after the other, as the operator sends them in a simulation: bytes to bytes, without a client.
private struct RequestLoop {
    let transport: any HTTPTransport

    init() { transport = SimulatedAPIServer().transport(as: .admin) }

    func path(_ index: Int) -> String { "/api/v1/namespaces/default/configmaps/object-\(index)" }

    func body(_ index: Int, _ text: String) -> [UInt8] {
        let object: JSONValue = [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": .string("object-\(index)"), "namespace": "default", "labels": ["app": "bench"]],
            "data": ["first": .string(text), "second": "a value that is always the same"],
        ]
        return object.encoded()
    }

    func send(_ method: HTTPRequest.Method, _ path: String, _ body: [UInt8]? = nil) async throws {
        let headers: HTTPHeaders = body == nil ? [:] : ["Content-Type": "application/json"]
        let response: HTTPResponse = try await transport.send(
            HTTPRequest(method, path, headers: headers, body: body ?? []))
        guard response.status < 300 else { throw RefusedRequest(status: response.status, path: path) }
    }

    func createAll() async throws {
        for index in 0..<count {
            try await send(.post, "/api/v1/namespaces/default/configmaps", body(index, "new"))
        }
    }
}

private struct RefusedRequest: Error, CustomStringConvertible {
    var status: Int
    var path: String

    var description: String { "the simulated server answered \(status) to \(path)" }
}

private func gets() async throws -> Figure {
    let loop: RequestLoop = RequestLoop()
    try await loop.createAll()
    let paths: [String] = (0..<count).map(loop.path)
    let start: ContinuousClock.Instant = .now
    for _ in 0..<rounds {
        for path in paths { try await loop.send(.get, path) }
    }
    return Figure(name: "sim.gets", value: Double(rounds * count) / elapsed(since: start), unit: "1/s")
}

/// As many creates as updates and deletes.
private func writes() async throws -> Figure {
    let loop: RequestLoop = RequestLoop()
    let paths: [String] = (0..<count).map(loop.path)
    let changed: [[UInt8]] = (0..<count).map { loop.body($0, "changed") }
    let start: ContinuousClock.Instant = .now
    for _ in 0..<rounds / 4 {
        try await loop.createAll()
        for (path, body) in zip(paths, changed) { try await loop.send(.put, path, body) }
        for path in paths { try await loop.send(.delete, path) }
    }
    let requests: Double = Double(rounds / 4 * 3 * count)
    return Figure(
        name: "sim.writes", value: requests / elapsed(since: start), unit: "1/s",
        note: "creates, updates and deletes of a ConfigMap")
}

/// A hundred environments, left alone for a day by everybody but the operator; judged after every step as always.
private func days() throws -> Figure {
    let creations: [String] = (0..<100).map { "\(1 + $0 / 10)s create pr-\($0) review 72h" }
    let scenario: Scenario = try Scenario(
        parsing: (["0s class review Namespace"] + creations).joined(separator: "; "))
    func seconds(quiet: Duration) throws -> Double {
        let start: ContinuousClock.Instant = .now
        let report: RunReport = try SimulationRun(scenario, seed: 1, quiet: quiet).report()
        guard report.violations.isEmpty else { throw BrokenRun(text: "\(report.violations)") }
        return elapsed(since: start)
    }
    // What it costs to make them is another figure.
    let made: Double = try seconds(quiet: .seconds(60))
    let lived: Double = try seconds(quiet: .seconds(24 * 3_600 + 60))
    return Figure(
        name: "sim.days", value: 1 / (lived - made), unit: "1/s",
        note: "100 environments for 24 h; to make them took \(Figure.shown(made)) s")
}

private struct BrokenRun: Error, CustomStringConvertible {
    var text: String

    var description: String { "the run of the day broke something: \(text)" }
}
