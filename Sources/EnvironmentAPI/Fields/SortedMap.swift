/// Values by name, always in the order of their names, so that no output depends on how they were written.
package struct SortedMap<Value: Sendable & Hashable>: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        package var key: String
        package var value: Value

        package init(key: String, value: Value) {
            self.key = key
            self.value = value
        }
    }

    private var entries: [Entry] = []

    package init() {}

    /// Takes entries in any order; of two with one key the later stays.
    package init(_ entries: [(String, Value)]) {
        // Not more than it needs: it is kept.
        self.entries.reserveCapacity(entries.count)
        for (key, value) in entries { self[key] = value }
    }

    package var keys: [String] { entries.map(\.key) }

    package subscript(key: String) -> Value? {
        get {
            let index = place(of: key)
            guard index < entries.count, entries[index].key == key else { return nil }
            return entries[index].value
        }
        set {
            let index = place(of: key)
            let found = index < entries.count && entries[index].key == key
            switch (found, newValue) {
            case (true, let value?): entries[index].value = value
            case (true, nil): entries.remove(at: index)
            case (false, let value?): entries.insert(Entry(key: key, value: value), at: index)
            case (false, nil): break
            }
        }
    }

    /// Every value, changed; the keys stay.
    package func mapValues<Other>(_ change: (Value) -> Other) -> SortedMap<Other> {
        SortedMap<Other>(entries.map { ($0.key, change($0.value)) })
    }

    /// The same values under keys that are equal to these.
    package func mapKeys(_ change: (String) -> String) -> SortedMap {
        SortedMap(entries.map { (change($0.key), $0.value) })
    }

    private func place(of key: String) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = low + (high - low) / 2
            if entries[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension SortedMap: RandomAccessCollection {
    package var startIndex: Int { entries.startIndex }
    package var endIndex: Int { entries.endIndex }
    package subscript(position: Int) -> Entry { entries[position] }
}

extension SortedMap: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }
}
