/// Keys in the order in which they came, but each tenant in turn: one that floods the queue delays only itself.
struct FairQueue<Key: Hashable & Sendable>: Sendable {
    /// First in, first out, without moving what remains at each removal.
    private struct Line<Element: Sendable>: Sendable {
        private var elements: [Element] = []
        private var head = 0

        var isEmpty: Bool { head == elements.count }

        mutating func append(_ element: Element) { elements.append(element) }

        mutating func popFirst() -> Element? {
            guard !isEmpty else { return nil }
            defer {
                head += 1
                if head > 32, head * 2 > elements.count {
                    elements.removeFirst(head)
                    head = 0
                }
            }
            return elements[head]
        }
    }

    private let tenant: @Sendable (Key) -> String
    private var lines: [String: Line<Key>] = [:]
    /// The tenants that have keys, each once: the next one is served next.
    private var turns = Line<String>()
    private(set) var count = 0

    init(tenant: @escaping @Sendable (Key) -> String) { self.tenant = tenant }

    var isEmpty: Bool { count == 0 }

    mutating func append(_ key: Key) {
        let tenant = tenant(key)
        if lines[tenant] == nil { turns.append(tenant) }
        lines[tenant, default: Line()].append(key)
        count += 1
    }

    mutating func popFirst() -> Key? {
        guard let tenant = turns.popFirst(), let key = lines[tenant]?.popFirst() else { return nil }
        if lines[tenant]?.isEmpty == true {
            lines[tenant] = nil
        } else {
            turns.append(tenant)
        }
        count -= 1
        return key
    }
}
