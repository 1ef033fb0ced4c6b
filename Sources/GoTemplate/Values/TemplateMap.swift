/// A map of Go with strings for keys; whoever holds it sees every change.
///
/// The keys are kept in the order in which Go prints and ranges over them. Finding one takes a few comparisons of
/// bytes; the maps of a chart are small and read far more often than written.
package final class TemplateMap: TemplateContainer {
    package let elementType: GoType
    /// Whether it is a nil map, which is empty, too, but equal to `nil`.
    package let isNil: Bool
    /// Noted when the map is changed.
    let changes: TemplateChanges?
    private var sortedKeys: [TemplateString]

    package init(of elementType: GoType = .any, isNil: Bool = false, changes: TemplateChanges? = nil) {
        self.elementType = elementType
        self.isNil = isNil
        self.changes = changes
        sortedKeys = []
        super.init(values: [], of: elementType)
    }

    /// Members in the order of their keys, none of which is there twice.
    package init(sorted members: [(TemplateString, TemplateValue)], changes: TemplateChanges?) {
        elementType = .any
        isNil = false
        self.changes = changes
        sortedKeys = members.map(\.0)
        super.init(values: members.map(\.1), of: .any)
    }

    /// A later member of the same key replaces the earlier one.
    package convenience init(_ members: [(TemplateString, TemplateValue)], of elementType: GoType = .any) {
        self.init(of: elementType)
        sortedKeys.reserveCapacity(members.count)
        values.reserveCapacity(members.count)
        for (key, value) in members { self[key] = value }
    }

    package var keys: [TemplateString] { sortedKeys }
    package var isEmpty: Bool { sortedKeys.isEmpty }
    package var count: Int { sortedKeys.count }

    /// The member of a key, `nil` where there is none.
    ///
    /// Setting `nil` removes it.
    package subscript(key: TemplateString) -> TemplateValue? {
        get {
            let (index, isFound): (Int, Bool) = place(of: key)
            return isFound ? values[index] : nil
        }
        set {
            changes?.isChanged = true
            let (index, isFound): (Int, Bool) = place(of: key)
            switch (newValue, isFound) {
            case (.some(let value), true): values[index] = value
            case (.some(let value), false):
                sortedKeys.insert(key, at: index)
                values.insert(value, at: index)
            case (nil, true):
                sortedKeys.remove(at: index)
                values.remove(at: index)
            case (nil, false): break
            }
        }
    }

    /// All members in the order of their keys, as they are now.
    package var members: Zip2Sequence<[TemplateString], [TemplateValue]> { zip(sortedKeys, values) }

    /// The members' values in the order of their keys.
    package var sortedValues: [TemplateValue] { values }

    private func place(of key: TemplateString) -> (index: Int, isFound: Bool) {
        let keys: [TemplateString] = sortedKeys
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
