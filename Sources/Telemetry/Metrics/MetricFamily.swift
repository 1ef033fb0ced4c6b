import Synchronization

/// The numbers under one combination of label values.
package protocol MetricSeries: AnyObject, Sendable {
    /// The word of the exposition's TYPE line.
    static var type: String { get }
    func samples() -> [MetricSample]
}

/// One line of the exposition, without its labels.
package struct MetricSample: Sendable, Hashable {
    package var suffix = ""
    /// The label `le` of a histogram's bucket.
    package var bound: Double?
    package var value: Double
}

/// All series of one metric.
///
/// Label values come from closed sets (a controller's name, an error's code); should one come from data after all,
/// memory stays bounded: series beyond the limit share one whose label values are all `other`.
package final class MetricFamily<Series: MetricSeries>: Sendable {
    package let name: String
    package let help: String
    package let labels: [String]
    private let limit: Int
    private let make: @Sendable () -> Series
    private let series = Mutex<[[String]: Series]>([:])

    init(name: String, help: String, labels: [String], limit: Int, make: @escaping @Sendable () -> Series) {
        self.name = name
        self.help = help
        self.labels = labels
        self.limit = limit
        self.make = make
    }

    /// The series with these label values, in the order of the labels; made when first asked for.
    ///
    /// Keep what you get where it is incremented often: the look-up takes a lock.
    package func callAsFunction(_ values: String...) -> Series {
        precondition(values.count == labels.count, "metric \(name) has the labels \(labels)")
        return series.withLock { series in
            if let known = series[values] { return known }
            let key = series.count < limit ? values : labels.map { _ in "other" }
            if let known = series[key] { return known }
            let added = make()
            series[key] = added
            return added
        }
    }

    func sorted() -> [(values: [String], series: Series)] {
        series.withLock { $0.map { (values: $0.key, series: $0.value) } }
            .sorted { $0.values.lexicographicallyPrecedes($1.values) }
    }
}

extension MetricFamily where Series == Gauge {
    /// Sets all series at once, by their label values: those that are not named are gone.
    ///
    /// Beyond the limit the smallest are added up, in the series whose label values are all `other`.
    package func set(_ values: [[String]: Double]) {
        precondition(values.keys.allSatisfy { $0.count == labels.count }, "metric \(name) has the labels \(labels)")
        var kept: [[String]: Gauge] = [:]
        var rest = 0.0
        let sorted = values.sorted { left, right in
            left.value != right.value ? left.value > right.value : left.key.lexicographicallyPrecedes(right.key)
        }
        for (index, entry) in sorted.enumerated() {
            guard index < limit else {
                rest += entry.value
                continue
            }
            let gauge = Gauge()
            gauge.set(entry.value)
            kept[entry.key] = gauge
        }
        if sorted.count > limit {
            let gauge = Gauge()
            gauge.set(rest)
            kept[labels.map { _ in "other" }] = gauge
        }
        series.withLock { [kept] in $0 = kept }
    }
}
