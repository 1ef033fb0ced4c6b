import Synchronization

/// Something that happens once.
final class ManualFlag: Sendable {
    private let isRaised = Mutex(false)

    /// Whether this was the first time.
    func raise() -> Bool {
        isRaised.withLock { isRaised in
            defer { isRaised = true }
            return !isRaised
        }
    }
}
