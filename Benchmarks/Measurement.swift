/// Seconds that a closure takes.
func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start: ContinuousClock.Instant = .now
    try body()
    return elapsed(since: start)
}

/// Seconds from a moment until now.
func elapsed(since start: ContinuousClock.Instant) -> Double {
    let (whole, attoseconds): (Int64, Int64) = (.now - start).components
    return Double(whole) + Double(attoseconds) * 1e-18
}

extension [Double] {
    var median: Double {
        guard !isEmpty else { return 0 }
        let sorted: [Double] = sorted()
        return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    }
}

/// Measures ours and a peer in turns, so that whatever else the machine does meets both.
///
/// - Returns: the median seconds of each, after one round that does not count.
func alternating(
    rounds: Int, ours: () async throws -> Double, peer: () async throws -> Double?
) async rethrows -> (ours: Double, peer: Double?) {
    var own: [Double] = []
    var others: [Double] = []
    for round in 0...rounds {
        let first: Double = try await ours()
        let second: Double? = try await peer()
        guard round > 0 else { continue }
        own.append(first)
        if let second { others.append(second) }
    }
    return (own.median, others.isEmpty ? nil : others.median)
}
