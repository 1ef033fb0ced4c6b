import Formats
import Glibc
import KubernetesSimulator
import Testing

@testable import Simulation

@Suite("a run is its scenario, its seed and its plan")
struct DeterminismTests {
    private static let plan = "write 5 lose; list 9 stale 12; watch 4 drop 2; write 14 crash-after; 12s clock 1h"

    private func run(_ name: String, seed: UInt64, _ plan: String = plan) throws -> RunReport {
        let scenario = try #require(Scenario.named(name, seed: seed))
        return try SimulationRun(
            scenario, seed: seed, plan: try Plan(parsing: plan), quiet: .seconds(10), keepsTrace: true
        ).report()
    }

    /// How often a seed is run in this process; `ENVFACTORY_REPEATS` says it.
    private static let repeats = getenv("ENVFACTORY_REPEATS").flatMap { Int(String(cString: $0)) } ?? 5

    @Test("the same three leave the same trace, line for line", arguments: ["create", "upgrade"])
    func same(name: String) throws {
        let first = try run(name, seed: 3)
        #expect(first.faults > 3)
        for _ in 1..<max(Self.repeats, 2) {
            let again = try run(name, seed: 3)
            #expect(again.hash == first.hash)
            #expect(again.trace == first.trace)
        }
    }

    @Test("another seed or another plan leaves another trace")
    func others() throws {
        let first = try run("create", seed: 3)
        #expect(try run("create", seed: 4).hash != first.hash)
        #expect(try run("create", seed: 3, "").hash != first.hash)
    }

    @Test("a plan strikes as often as it says")
    func struck() throws {
        #expect(try run("create", seed: 1, "write 2 fail; get 3 refuse 503; watch 1 cut 2").faults == 3)
        #expect(try run("create", seed: 1, "").faults == 0)
    }
}
