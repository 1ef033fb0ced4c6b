import Synchronization

/// A number that rises and falls.
package final class Gauge: MetricSeries {
    package static let type = "gauge"

    private let bits = Atomic<UInt64>(0)  // of 0.0

    package init() {}

    package var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    package func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
    package func set(_ value: Int) { set(Double(value)) }

    package func samples() -> [MetricSample] { [MetricSample(value: value)] }
}
