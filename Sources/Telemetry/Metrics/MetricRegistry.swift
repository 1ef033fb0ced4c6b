import Synchronization

/// All metrics of a process.
///
/// Who asks twice for the same metric gets the same family, so parts need not know of each other.
package final class MetricRegistry: Sendable {
    private let families = Mutex<[String: any ExposedFamily]>([:])

    package init() {}

    package func counter(
        _ name: StaticString, help: StaticString, labels: [StaticString] = [], limit: Int = 1_000
    ) -> MetricFamily<Counter> {
        family(name, help, labels, limit) { Counter() }
    }

    package func gauge(
        _ name: StaticString, help: StaticString, labels: [StaticString] = [], limit: Int = 1_000
    ) -> MetricFamily<Gauge> {
        family(name, help, labels, limit) { Gauge() }
    }

    package func histogram(
        _ name: StaticString,
        help: StaticString,
        labels: [StaticString] = [],
        bounds: [Double] = Histogram.seconds,
        limit: Int = 1_000
    ) -> MetricFamily<Histogram> {
        family(name, help, labels, limit) { Histogram(bounds: bounds) }
    }

    /// The Prometheus text format (version 0.0.4), sorted by name and label values.
    package func exposition() -> String {
        let families = families.withLock { Array($0.values) }
        var text = ""
        for family in families.sorted(by: { $0.name < $1.name }) { family.expose(into: &text) }
        return text
    }

    private func family<Series: MetricSeries>(
        _ name: StaticString,
        _ help: StaticString,
        _ labels: [StaticString],
        _ limit: Int,
        _ make: @escaping @Sendable () -> Series
    ) -> MetricFamily<Series> {
        let name = "\(name)"
        let labels = labels.map { "\($0)" }
        precondition(([name] + labels).allSatisfy(Self.isName), "metric \(name): a name or label is malformed")
        return families.withLock { families in
            guard let known = families[name] else {
                let added = MetricFamily(name: name, help: "\(help)", labels: labels, limit: limit, make: make)
                families[name] = added
                return added
            }
            guard let same = known as? MetricFamily<Series>, same.labels == labels else {
                preconditionFailure("metric \(name) is registered with another type or other labels")
            }
            return same
        }
    }

    private static func isName(_ name: String) -> Bool {
        let isLetter: (UInt8) -> Bool = { (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || $0 == 0x5F }
        guard let first = name.utf8.first, isLetter(first) else { return false }
        return name.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) }
    }
}
