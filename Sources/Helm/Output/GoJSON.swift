package import Formats
import GoTemplate

/// JSON as Go's `encoding/json` writes it: members in the order of their keys, and what a browser could take for
/// markup escaped.
package enum GoJSON {
    /// What `json.Marshal` writes, or with `<`, `>` and `&` as they are.
    package static func text(_ value: JSONValue, escapesMarkup: Bool = true) -> String {
        var writer: GoJSONWriter = GoJSONWriter(escapesMarkup: escapesMarkup, isIndented: false)
        writer.write(value)
        return String(decoding: writer.output, as: UTF8.self)
    }

    /// What `json.MarshalIndent` writes with two spaces.
    package static func indentedText(_ value: JSONValue) -> String {
        var writer: GoJSONWriter = GoJSONWriter(escapesMarkup: true, isIndented: true)
        writer.write(value)
        return String(decoding: writer.output, as: UTF8.self)
    }

    /// A list of words that need no escapes, as the verbs and resources of a role; `nil` for anything else.
    static func plainWords(_ value: TemplateValue) -> [UInt8]? {
        guard case .list(let list) = value, !list.isNil else { return nil }
        var text: [UInt8] = [UInt8(ascii: "[")]
        for element in list.elements {
            guard case .string(let word) = element else { return nil }
            for byte in word.bytes where byte < 0x20 || byte > 0x7A || #""\\<>&"#.utf8.contains(byte) { return nil }
            if text.count > 1 { text.append(UInt8(ascii: ",")) }
            text.append(UInt8(ascii: "\""))
            text += word.bytes
            text.append(UInt8(ascii: "\""))
        }
        text.append(UInt8(ascii: "]"))
        return text
    }

    /// How many characters a string has between its quotes.
    static func escapedCount(_ text: [UInt8]) -> Int {
        var writer: GoJSONWriter = GoJSONWriter(escapesMarkup: true, isIndented: false)
        writer.write(characters: text)
        return writer.output.count { $0 & 0xC0 != 0x80 }
    }
}

/// Writes by a stack of its own, so that no nesting exhausts that of the thread.
private struct GoJSONWriter {
    /// A list or an object, and those of its members that are still to be written.
    private struct Frame {
        enum Rest {
            case elements(ArraySlice<JSONValue>)
            case members(ArraySlice<JSONObject.Member>)
        }

        var rest: Rest
        var isFirst: Bool = true
    }

    let escapesMarkup: Bool
    let isIndented: Bool
    private(set) var output: [UInt8] = []
    private var frames: [Frame] = []

    init(escapesMarkup: Bool, isIndented: Bool) {
        self.escapesMarkup = escapesMarkup
        self.isIndented = isIndented
    }

    mutating func write(_ value: JSONValue) {
        begin(value)
        while let frame = frames.popLast() { advance(frame) }
    }

    private mutating func advance(_ frame: Frame) {
        switch frame.rest {
        case .elements(var rest):
            guard let element = rest.popFirst() else { return end(UInt8(ascii: "]")) }
            beginMember(of: frame, leaving: .elements(rest))
            begin(element)
        case .members(var rest):
            guard let (key, value) = rest.popFirst() else { return end(UInt8(ascii: "}")) }
            beginMember(of: frame, leaving: .members(rest))
            write(string: key)
            output += isIndented ? ": ".utf8 : ":".utf8
            begin(value)
        }
    }

    private mutating func begin(_ value: JSONValue) {
        switch value {
        case .array([]): output += "[]".utf8
        case .object(let members) where members.isEmpty: output += "{}".utf8
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            frames.append(Frame(rest: .elements(elements[...])))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            let sorted: [JSONObject.Member] = members.sorted {
                $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
            }
            frames.append(Frame(rest: .members(sorted[...])))
        case .string(let text): write(string: text)
        case .null, .bool, .integer, .unsigned, .double: output += value.encoded()
        }
    }

    private mutating func beginMember(of frame: Frame, leaving rest: Frame.Rest) {
        if !frame.isFirst { output.append(UInt8(ascii: ",")) }
        frames.append(Frame(rest: rest, isFirst: false))
        breakLine()
    }

    private mutating func end(_ bracket: UInt8) {
        breakLine()
        output.append(bracket)
    }

    private mutating func breakLine() {
        guard isIndented else { return }
        output.append(UInt8(ascii: "\n"))
        output += repeatElement(UInt8(ascii: " "), count: frames.count * 2)
    }

    private mutating func write(string text: String) {
        output.append(UInt8(ascii: "\""))
        write(characters: Array(text.utf8))
        output.append(UInt8(ascii: "\""))
    }

    mutating func write(characters: [UInt8]) {
        for (index, byte) in characters.enumerated() {
            switch byte {
            case UInt8(ascii: "\""): output += #"\""#.utf8
            case UInt8(ascii: "\\"): output += #"\\"#.utf8
            case UInt8(ascii: "\n"): output += #"\n"#.utf8
            case UInt8(ascii: "\r"): output += #"\r"#.utf8
            case UInt8(ascii: "\t"): output += #"\t"#.utf8
            // Go has these two since 1.22.
            case 0x08: output += #"\b"#.utf8
            case 0x0C: output += #"\f"#.utf8
            case 0..<0x20: write(escape: byte)
            case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"):
                if escapesMarkup { write(escape: byte) } else { output.append(byte) }
            // U+2028 and U+2029 end a line of JavaScript: their last byte replaces all three.
            case 0xA8 where endsSeparator(characters, index), 0xA9 where endsSeparator(characters, index):
                output.removeLast(2)
                output += byte == 0xA8 ? #"\u2028"#.utf8 : #"\u2029"#.utf8
            default: output.append(byte)
            }
        }
    }

    private func endsSeparator(_ characters: [UInt8], _ index: Int) -> Bool {
        index >= 2 && characters[index - 2] == 0xE2 && characters[index - 1] == 0x80
    }

    private mutating func write(escape byte: UInt8) {
        let digits: [UInt8] = Array("0123456789abcdef".utf8)
        output += #"\u00"#.utf8
        output += [digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
    }
}
