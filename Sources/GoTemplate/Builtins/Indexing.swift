/// `index`, `slice` and `len`.
enum Indexing {
    static func element(of item: TemplateValue, at indexes: ArraySlice<TemplateValue>) throws -> TemplateValue {
        guard !item.isNull else { throw TemplateFunctionError("index of untyped nil") }
        var item: TemplateValue = item
        for index in indexes { item = try element(of: item, at: index) }
        return item
    }

    private static func element(of item: TemplateValue, at index: TemplateValue) throws -> TemplateValue {
        switch item.underlying {
        case .null: throw TemplateFunctionError("index of nil pointer")
        case .string(let text): return .unsigned(UInt64(try byte(of: text.bytes, at: index)), .uint8)
        case .bytes(let bytes): return .unsigned(UInt64(try byte(of: bytes, at: index)), .uint8)
        case .list(let list):
            let place: Int = try Self.place(index, atMost: list.elements.count)
            guard place < list.elements.count else {
                throw TemplateFunctionError("reflect: slice index out of range")
            }
            return list.elements[place]
        case .map(let map):
            let key: TemplateValue = try index.prepared(as: .string)
            return map[key.bytesOfString] ?? map.elementType.zero
        default: throw TemplateFunctionError("can't index item of type \(item.type)")
        }
    }

    private static func byte(of bytes: [UInt8], at index: TemplateValue) throws -> UInt8 {
        let place: Int = try place(index, atMost: bytes.count)
        guard place < bytes.count else { throw TemplateFunctionError("reflect: string index out of range") }
        return bytes[place]
    }

    private static func place(_ index: TemplateValue, atMost limit: Int) throws -> Int {
        let number: Int64
        switch index.underlying {
        case .integer(let value, _): number = value
        case .unsigned(let value, _): number = Int64(truncatingIfNeeded: value)
        case .null: throw TemplateFunctionError("cannot index slice/array with nil")
        default: throw TemplateFunctionError("cannot index slice/array with type \(index.type)")
        }
        guard let place = Int(exactly: number), 0...limit ~= place else {
            throw TemplateFunctionError("index out of range: \(number)")
        }
        return place
    }

    static func slice(_ call: FunctionCall) throws -> TemplateValue {
        let item: TemplateValue = call.arguments[0]
        let indexes: [Index] = call.arguments.enumerated().dropFirst().map { index, value in
            Index(value: value, isInterface: call.forms.isInterface(index))
        }
        guard !item.isNull else { throw TemplateFunctionError("slice of untyped nil") }
        guard indexes.count <= 3 else { throw TemplateFunctionError("too many slice indexes: \(indexes.count)") }
        switch item.underlying {
        case .string(let text):
            guard indexes.count < 3 else { throw TemplateFunctionError("cannot 3-index slice a string") }
            return .string(TemplateString(bytes: Array(text.bytes[try range(indexes, in: text.bytes.count)])))
        case .bytes(let bytes): return .bytes(Array(bytes[try range(indexes, in: bytes.count)]))
        case .list(let list):
            let elements: ArraySlice<TemplateValue> = list.elements[try range(indexes, in: list.elements.count)]
            return .list(TemplateList(Array(elements), of: list.elementType))
        default: throw TemplateFunctionError("can't slice item of type \(item.type)")
        }
    }

    /// An index, which Go's `slice` refuses where it comes out of an interface.
    private struct Index {
        var value: TemplateValue
        var isInterface: Bool
    }

    private static func range(_ indexes: [Index], in count: Int) throws -> Range<Int> {
        var bounds: [Int] = [0, count, count]
        for (place, index) in indexes.enumerated() {
            guard !index.isInterface else {
                throw TemplateFunctionError("cannot index slice/array with type interface {}")
            }
            bounds[place] = try Self.place(index.value, atMost: count)
        }
        guard bounds[0] <= bounds[1] else {
            throw TemplateFunctionError("invalid slice index: \(bounds[0]) > \(bounds[1])")
        }
        guard bounds[1] <= bounds[2] else {
            throw TemplateFunctionError("invalid slice index: \(bounds[1]) > \(bounds[2])")
        }
        return bounds[0]..<bounds[1]
    }

    static func count(of item: TemplateValue, isValue: Bool) throws -> Int {
        switch item.underlying {
        case .null where isValue: throw TemplateFunctionError("len of nil pointer")
        case .null: throw TemplateFunctionError("reflect: call of reflect.Value.Type on zero Value")
        case .string(let text): return text.bytes.count
        case .bytes(let bytes): return bytes.count
        case .list(let list): return list.elements.count
        case .map(let map): return map.count
        default: throw TemplateFunctionError("len of type \(item.type)")
        }
    }
}
