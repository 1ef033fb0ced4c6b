import Cryptography

/// Which webhooks were acted upon, so that none is twice: a sender may repeat them, and anybody who has seen one.
///
/// The headers of a repetition may say anything. So a delivery is known by what was signed, and by the state of the
/// pull request that it tells of, and by its id only besides. What was refused is not remembered: after an outage a
/// repetition is the first that is heard.
package struct WebhookMemory: Sendable {
    private let limit: Int
    private var known: Set<Mark> = []
    /// The oldest is at ``next`` once it is full.
    private var order: [Mark] = []
    private var next = 0

    /// Half of a digest: nobody can make two deliveries that have it in common.
    private struct Mark: Sendable, Hashable {
        let high: UInt64
        let low: UInt64

        init(_ digest: [UInt8]) {
            func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
            high = word(digest.prefix(8))
            low = word(digest.dropFirst(8).prefix(8))
        }
    }

    /// Remembers so many marks, of which a delivery leaves three at most.
    package init(limit: Int = 30_000) { self.limit = max(limit, 1) }

    package var count: Int { order.count }

    /// Takes note of a genuine delivery from one host; `false` where it was acted upon before.
    package mutating func isNew(
        _ digest: [UInt8], delivery: String?, state: [String], of subject: String, from host: String
    ) -> Bool {
        var marks = [Self.mark(["body", host, SHA256.digest(of: digest).hex])]
        if let delivery { marks.append(Self.mark(["id", host, delivery])) }
        if !state.isEmpty { marks.append(Self.mark(["state", host, subject] + state)) }
        guard !marks.contains(where: known.contains) else { return false }
        for mark in marks { remember(mark) }
        return true
    }

    private static func mark(_ parts: [String]) -> Mark {
        var hash = SHA256()
        // Each with its length, so that no two lists are one text.
        for part in parts { hash.update("\(part.utf8.count):\(part)".utf8) }
        return Mark(hash.finalize().bytes)
    }

    private mutating func remember(_ mark: Mark) {
        guard known.insert(mark).inserted else { return }
        guard order.count == limit else {
            order.append(mark)
            return
        }
        known.remove(order[next])
        order[next] = mark
        next = (next + 1) % limit
    }
}
