import Synchronization

/// A number that only rises; to increment it costs one atomic addition.
package final class Counter: MetricSeries {
    package static let type = "counter"

    private let count = Atomic<UInt64>(0)

    package init() {}

    package var value: UInt64 { count.load(ordering: .relaxed) }

    package func increment(by amount: UInt64 = 1) { count.wrappingAdd(amount, ordering: .relaxed) }

    package func samples() -> [MetricSample] { [MetricSample(value: Double(value))] }
}
