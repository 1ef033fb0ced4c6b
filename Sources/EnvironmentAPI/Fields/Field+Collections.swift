import Formats

extension Field {
    /// The items that could be read; the others are noted.
    func list<Item>(limit: Int, _ read: (Field) -> Item?) -> [Item] {
        guard let value else { return [] }
        guard let items = value.array else {
            note("\(path) is \(value.kindText), not a list: write one item a line, each after a dash")
            return []
        }
        if items.count > limit {
            note("\(path) has \(items.count) items, more than the limit of \(limit): remove some")
        }
        return items.prefix(limit).enumerated().compactMap { index, item in
            let field = self.item(at: index, item)
            if field.isAbsent { field.note("\(field.path) is null: remove it or give it a value") }
            return read(field)
        }
    }

    /// The members that could be read and whose name is of the form; the others are noted.
    func map<Value>(limit: Int, keys form: TextForm? = nil, _ read: (Field) -> Value?) -> SortedMap<Value> {
        guard let value else { return SortedMap() }
        guard let object = value.object else {
            note("\(path) is \(value.kindText), not an object: write name: value, one a line")
            return SortedMap()
        }
        if object.count > limit {
            note("\(path) has \(object.count) members, more than the limit of \(limit): remove some")
        }
        var entries: [(String, Value)] = []
        for key in object.keys.prefix(limit) {
            if let form, !form.matches(key) {
                self[key].note("\(path) has the name \(key.shown): \(form.instruction)")
                continue
            }
            guard let read = read(self[key]) else { continue }
            entries.append((key, read))
        }
        return SortedMap(entries)
    }

    /// Reads an object, `nil` where it is absent.
    func object<Value>(_ read: (Field) -> Value?) -> Value? {
        guard value?.object != nil else {
            if let value { note("\(path) is \(value.kindText), not an object: write its fields") }
            return nil
        }
        return read(self)
    }
}
