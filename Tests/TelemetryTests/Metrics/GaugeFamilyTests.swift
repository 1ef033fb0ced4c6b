import Telemetry
import Testing

@Suite("Gauges that are set together") struct GaugeFamilyTests {
    @Test("those that are not named any more are gone")
    func replaced() {
        let registry = MetricRegistry()
        let held = registry.gauge("held", help: "Held.", labels: ["who"])
        held.set([["a"]: 2, ["b"]: 1])
        held.set([["b"]: 3])
        #expect(registry.exposition().split(separator: "\n").filter { !$0.hasPrefix("#") } == [#"held{who="b"} 3"#])
    }

    @Test("beyond the limit the smallest are added up")
    func limited() {
        let registry = MetricRegistry()
        let held = registry.gauge("held", help: "Held.", labels: ["who"], limit: 2)
        held.set([["a"]: 1, ["b"]: 4, ["c"]: 2, ["d"]: 3])
        #expect(
            registry.exposition().split(separator: "\n").filter { !$0.hasPrefix("#") } == [
                #"held{who="b"} 4"#, #"held{who="d"} 3"#, #"held{who="other"} 3"#,
            ])
    }
}
