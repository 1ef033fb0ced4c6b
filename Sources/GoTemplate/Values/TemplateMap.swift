/// A map of Go with strings for keys; whoever holds it sees every change.
///
/// The keys are kept in the order in which Go prints and ranges over them. Finding one takes a few comparisons of
/// bytes; the maps of a chart are small and read far more often than written.
package final class TemplateMap: TemplateContainer {
    package let elementType: GoType
    /// Whether it is a nil map, which is empty, too, but equal to `nil`.
    package let isNil: Bool
    /// Sorted.
    package private(set) var keys: [TemplateString]

    package init(of elementType: GoType = .any, isNil: Bool = false) {
        self.elementType = elementType
        self.isNil = isNil
        keys = []
        super.init(values: [], of: elementType)
    }

    /// A later member of the same key replaces the earlier one.
    package convenience init(_ members: [(TemplateString, TemplateValue)], of elementType: GoType = .any) {
        self.init(of: elementType)
        keys.reserveCapacity(members.count)
        values.reserveCapacity(members.count)
        for (key, value) in members { self[key] = value }
    }

    package var isEmpty: Bool { keys.isEmpty }
    package var count: Int { keys.count }

    /// The member of a key, `nil` where there is none.
    ///
    /// Setting `nil` removes it.
    package subscript(key: TemplateString) -> TemplateValue? {
        get {
            let (index, isFound): (Int, Bool) = place(of: key)
            return isFound ? values[index] : nil
        }
        set {
            let (index, isFound): (Int, Bool) = place(of: key)
            switch (newValue, isFound) {
            case (.some(let value), true): values[index] = value
            case (.some(let value), false):
                keys.insert(key, at: index)
                values.insert(value, at: index)
            case (nil, true):
                keys.remove(at: index)
                values.remove(at: index)
            case (nil, false): break
            }
        }
    }

    /// All members in the order of their keys, as they are now.
    package var members: Zip2Sequence<[TemplateString], [TemplateValue]> { zip(keys, values) }

    private func place(of key: TemplateString) -> (index: Int, isFound: Bool) {
        // Members mostly arrive in order.
        guard let last = keys.last, last >= key else { return (keys.count, false) }
        var (low, high): (Int, Int) = (0, keys.count)
        while low < high {
            let middle: Int = (low + high) / 2
            let order: Int = keys[middle].compare(key)
            if order == 0 { return (middle, true) }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return (low, false)
    }
}
