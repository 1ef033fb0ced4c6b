/// Ends a rendering that takes too much of the processor's time.
///
///     let limit = RenderingTimeLimit(.seconds(2)) { processorTime() }
///     let files = try engine.render(values, check: limit.check)
package struct RenderingTimeLimit: Sendable {
    /// What a chart of somebody else may take.
    package static let standard: Duration = .seconds(2)

    private let limit: Duration
    private let spent: @Sendable () -> Duration
    private let start: Duration

    /// Begins to count.
    ///
    /// - Parameters:
    ///   - limit: how much time the rendering may take.
    ///   - spent: the time that was spent until now, counted from any moment.
    package init(_ limit: Duration = standard, spent: @escaping @Sendable () -> Duration) {
        self.limit = limit
        self.spent = spent
        start = spent()
    }

    /// - Throws: where the time is over.
    package func check() throws(HelmError) {
        guard spent() - start <= limit else {
            throw HelmError("rendering takes longer than \(limit): look for loops over too many values")
        }
    }
}
