extension JSONValue {
    /// The value as JSON text in UTF-8, byte for byte as Go's `encoding/json` writes it.
    ///
    /// With `indented` it is what `kubectl -o json` prints, without the newline at the end; with
    /// `sorted` keys come in the order of their bytes, as Go has them, instead of their own.
    package func encoded(indented: Bool = false, sorted: Bool = false) -> [UInt8] {
        var writer: JSONWriter = JSONWriter(isIndented: indented, isSorted: sorted)
        writer.write(self)
        return writer.output.bytes
    }

    /// The value as JSON text.
    package func text(indented: Bool = false, sorted: Bool = false) -> String {
        String(decoding: encoded(indented: indented, sorted: sorted), as: UTF8.self)
    }
}

/// Writes a value as text.
struct JSONWriter: ~Copyable {
    var output: JSONOutput = JSONOutput(capacity: 256)
    private let isIndented: Bool
    private let isSorted: Bool
    private var depth: Int = 0

    init(isIndented: Bool, isSorted: Bool) {
        self.isIndented = isIndented
        self.isSorted = isSorted
    }

    mutating func write(_ value: borrowing JSONValue) {
        switch value {
        case .null: output.append("null")
        case .bool(let value): output.append(value ? "true" : "false")
        case .integer(let value): write(integer: value.magnitude, isNegative: value < 0)
        case .unsigned(let value): write(integer: value, isNegative: false)
        case .double(let value): write(double: value)
        case .string(let value): output.append(quoted: value)
        case .array(let elements): write(elements)
        case .object(let members): write(members)
        }
    }

    private mutating func write(_ elements: [JSONValue]) {
        if elements.isEmpty { return output.append("[]") }
        open(UInt8(ascii: "["))
        var isFirst: Bool = true
        for element in elements {
            separate(&isFirst)
            write(element)
        }
        close(UInt8(ascii: "]"))
    }

    private mutating func write(_ object: JSONObject) {
        if object.isEmpty { return output.append("{}") }
        open(UInt8(ascii: "{"))
        var isFirst: Bool = true
        if isSorted {
            for place in object.sortedPlaces { write(object, place, &isFirst) }
        } else {
            for place in object.indices { write(object, place, &isFirst) }
        }
        close(UInt8(ascii: "}"))
    }

    @inline(__always)
    private mutating func write(_ object: borrowing JSONObject, _ place: Int, _ isFirst: inout Bool) {
        separate(&isFirst)
        output.append(quoted: object.keys[place])
        output.reserve(2)
        output.append(UInt8(ascii: ":"))
        if isIndented { output.append(0x20) }
        write(object.values[place])
    }

    private mutating func open(_ bracket: UInt8) {
        output.reserve(1)
        output.append(bracket)
        depth += 1
    }

    @inline(__always)
    private mutating func separate(_ isFirst: inout Bool) {
        if isFirst {
            isFirst = false
        } else {
            output.reserve(1)
            output.append(UInt8(ascii: ","))
        }
        if isIndented { breakLine() }
    }

    private mutating func close(_ bracket: UInt8) {
        depth -= 1
        if isIndented { breakLine() }
        output.reserve(1)
        output.append(bracket)
    }

    private mutating func breakLine() {
        output.reserve(1)
        output.append(0x0A)
        output.append(0x20, times: 4 * depth)
    }
}
