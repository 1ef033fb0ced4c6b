import Telemetry
import Testing

@Suite struct MetricRegistryTests {
    let registry = MetricRegistry()

    @Test("writes help, type and series sorted by name and label values")
    func exposition() {
        let total = registry.counter(
            "reconcile_total", help: "Reconciles by result.", labels: ["controller", "result"])
        total("environment", "settled").increment(by: 3)
        total("class", "error").increment()
        registry.gauge("queue_depth", help: "Keys that wait.")().set(2)
        #expect(
            registry.exposition() == """
                # HELP queue_depth Keys that wait.
                # TYPE queue_depth gauge
                queue_depth 2
                # HELP reconcile_total Reconciles by result.
                # TYPE reconcile_total counter
                reconcile_total{controller="class",result="error"} 1
                reconcile_total{controller="environment",result="settled"} 3

                """)
    }

    @Test("a histogram's buckets are cumulative and end with +Inf")
    func histogram() {
        let seconds = registry.histogram("seconds", help: "Time.", labels: ["verb"], bounds: [0.1, 1])("get")
        for value in [0.05, 0.1, 0.5, 7.0] { seconds.observe(value) }
        seconds.observe(.milliseconds(350))
        #expect(
            registry.exposition() == """
                # HELP seconds Time.
                # TYPE seconds histogram
                seconds_bucket{verb="get",le="0.1"} 2
                seconds_bucket{verb="get",le="1"} 4
                seconds_bucket{verb="get",le="+Inf"} 5
                seconds_sum{verb="get"} 8
                seconds_count{verb="get"} 5

                """)
    }

    @Test(
        "label values cannot end their line or their quotes",
        arguments: [
            (#"a"b"#, #"a\"b"#), (#"a\b"#, #"a\\b"#), ("a\nb", #"a\nb"#), ("a\r\nb", "a\r\\nb"), ("ünï", "ünï"),
        ])
    func escaping(value: String, escaped: String) {
        registry.gauge("g", help: "One \\ two\nthree \"four\".", labels: ["name"])(value).set(1.5)
        let lines = registry.exposition().split(separator: "\n").map(String.init)
        #expect(lines.first == #"# HELP g One \\ two\nthree "four"."#)
        #expect(lines.last == "g{name=\"\(escaped)\"} 1.5")
    }

    @Test("numbers that are no numbers have their words", arguments: [(Double.nan, "NaN"), (-.infinity, "-Inf")])
    func specialNumbers(value: Double, word: String) {
        registry.gauge("g", help: "G.")().set(value)
        #expect(registry.exposition().hasSuffix("g \(word)\n"))
    }

    @Test("beyond the limit all new label values share one series")
    func boundedCardinality() {
        let family = registry.counter("c", help: "C.", labels: ["name"], limit: 2)
        for name in ["a", "b", "c", "d", "a"] { family(name).increment() }
        #expect(family("a").value == 2)
        #expect(family("x").value == 2)
        #expect(registry.exposition().contains("c{name=\"other\"} 2\n"))
        #expect(registry.exposition().split(separator: "\n").count == 2 + 3)
    }

    @Test("asking twice gives the same metric")
    func sharing() {
        registry.counter("c", help: "C.")().increment()
        registry.counter("c", help: "C.")().increment()
        #expect(registry.exposition().hasSuffix("c 2\n"))
    }

    @Test("concurrent increments are all counted")
    func concurrency() async {
        let counter = registry.counter("c", help: "C.")()
        let histogram = registry.histogram("h", help: "H.")()
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<1_000 {
                        counter.increment()
                        histogram.observe(0.2)
                    }
                }
            }
        }
        #expect(counter.value == 4_000)
        #expect(histogram.count == 4_000)
    }
}
