/// Whether a machine's clock is wrong by so much that somebody should know, and whether they were told.
struct ClockSkew: Sendable {
    /// A clock that is further from the API server's is wrong.
    static let limit: Duration = .seconds(30)
    /// One that is nearer is right again; between the two it stays what it was, for an estimate is off by a second.
    static let agreement: Duration = .seconds(25)
    /// How long an event is kept by most servers; it is told again before.
    static let reminder: Duration = .seconds(1_800)

    enum News: Sendable, Hashable {
        case wrong
        case right
    }

    private var toldAt: Duration?

    /// Takes in by how much the clock is ahead, and says what is to be told of it.
    mutating func observe(_ skew: Duration, now: Duration) -> News? {
        let distance = skew < .zero ? .zero - skew : skew
        if let toldAt, distance > Self.agreement, now - toldAt < Self.reminder { return nil }
        if distance <= (toldAt == nil ? Self.limit : Self.agreement) {
            defer { toldAt = nil }
            return toldAt.map { _ in .right }
        }
        toldAt = now
        return .wrong
    }
}
