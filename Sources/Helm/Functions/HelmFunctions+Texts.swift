import Glibc
import GoTemplate
import RegularExpressions

extension HelmFunctions {
    /// Functions that cut and join texts; they count bytes, as Go does.
    static let texts: [String: TemplateFunction] = trimming.merging(
        [
            "contains": .truth(.string, .string) {
                GoText.firstIndex(of: $0[0].stringBytes, in: $0[1].stringBytes[...]) != nil
            },
            "hasPrefix": .truth(.string, .string) { $0[1].stringBytes.starts(with: $0[0].stringBytes) },
            "hasSuffix": .truth(.string, .string) { GoText.hasSuffix($0[1].stringBytes, $0[0].stringBytes) },
            "quote": .text(variadic: .any) { arguments in
                try joined(arguments) { try GoText.quoted($0.stringified()) }
            },
            "squote": .text(variadic: .any) { arguments in
                try joined(arguments) { [UInt8(ascii: "'")] + (try $0.printed().bytes) + [UInt8(ascii: "'")] }
            },
            "cat": .text(variadic: .any) { arguments in try joined(arguments) { try $0.printed().bytes } },
            "indent": .text(.int, .string) { try indented($0[1].stringBytes, by: $0[0].int) },
            "nindent": .text(.int, .string) { try indented($0[1].stringBytes, by: $0[0].int, after: [0x0A]) },
            "replace": .text(.string, .string, .string) {
                GoText.replacing($0[0].stringBytes, by: $0[1].stringBytes, in: $0[2].stringBytes)
            },
            "repeat": .text(.int, .string) { try GoText.repeated($0[1].stringBytes, $0[0].int) },
            "plural": .text(.string, .string, .int) { $0[2].int == 1 ? $0[0].stringBytes : $0[1].stringBytes },
            "substr": .text(.int, .int, .string) { try substring($0[2].stringBytes, $0[0].int, $0[1].int) },
            "trunc": .text(.int, .string) { truncated($0[1].stringBytes, $0[0].int) },
            "join": .text(.string, .any) { arguments in
                Array(try strings(arguments[1]).joined(separator: arguments[0].stringBytes))
            },
            "split": .value(.string, .string, result: .map(.string)) {
                numbered(GoText.split($0[1].stringBytes, $0[0].stringBytes))
            },
            "splitn": .value(.string, .int, .string, result: .map(.string)) {
                numbered(GoText.split($0[2].stringBytes, $0[0].stringBytes, limit: $0[1].int))
            },
            "splitList": .value(.string, .string, result: .list(.string)) {
                .list(of: GoText.split($0[1].stringBytes, $0[0].stringBytes))
            },
            "toString": .text(.any) { try $0[0].stringified() },
            "toStrings": .value(.any, result: .list(.string)) { .list(of: try strings($0[0])) },
            "sortAlpha": .value(.any, result: .list(.string)) { arguments in
                if arguments[0].isNull { return .list(of: [Array("<nil>".utf8)]) }
                return .list(of: try strings(arguments[0]).sorted { $0.lexicographicallyPrecedes($1) })
            },
        ]
    ) { $1 }

    private static let trimming: [String: TemplateFunction] = [
        "trim": .text(.string) { GoText.trimmed($0[0].stringBytes) { $0.isGoSpace } },
        "trimAll": .text(.string, .string) { trimmedAll($0) },
        "trimall": .text(.string, .string) { trimmedAll($0) },
        "trimPrefix": .text(.string, .string) { arguments in
            let (prefix, text): ([UInt8], [UInt8]) = (arguments[0].stringBytes, arguments[1].stringBytes)
            return text.starts(with: prefix) ? Array(text.dropFirst(prefix.count)) : text
        },
        "trimSuffix": .text(.string, .string) { arguments in
            let (suffix, text): ([UInt8], [UInt8]) = (arguments[0].stringBytes, arguments[1].stringBytes)
            return GoText.hasSuffix(text, suffix) ? Array(text.dropLast(suffix.count)) : text
        },
        // Byte by byte, which takes some characters apart, as sprig does.
        "nospace": .text(.string) { arguments in
            let text: [UInt8] = arguments[0].stringBytes
            let kept: [UInt8] = text.filter { !Unicode.Scalar($0).isGoSpace }
            if kept.count == text.count { return text }
            return kept.flatMap { Array(String(Unicode.Scalar($0)).utf8) }
        },
    ]

    private static func trimmedAll(_ arguments: [TemplateValue]) -> [UInt8] {
        let set: [Unicode.Scalar] = Array(arguments[0].text.unicodeScalars)
        return GoText.trimmed(arguments[1].stringBytes) { set.contains($0) }
    }

    /// The texts of all values but `nil`, with spaces between them.
    private static func joined(
        _ values: [TemplateValue], _ text: (TemplateValue) throws -> [UInt8]
    ) throws -> [UInt8] {
        if values.count == 1, !values[0].isNull { return try text(values[0]) }
        return Array(try values.filter { !$0.isNull }.map(text).joined(separator: [0x20]))
    }

    private static func indented(_ text: [UInt8], by count: Int, after start: [UInt8] = []) throws -> [UInt8] {
        var lines: Int = 1
        for byte in text where byte == 0x0A { lines += 1 }
        // Refuses what is too much.
        _ = try GoText.repeated([0x20], count)
        let (size, overflows): (Int, Bool) = lines.multipliedReportingOverflow(by: count)
        guard !overflows, size <= 64 << 20 else {
            throw TemplateFunctionError("\(lines) lines with \(count) spaces before each are too long")
        }
        return Array(unsafeUninitializedCapacity: start.count + text.count + size) { result, length in
            func append(_ byte: UInt8) {
                result.initializeElement(at: length, to: byte)
                length += 1
            }
            for byte in start { append(byte) }
            for _ in 0..<count { append(0x20) }
            for byte in text {
                append(byte)
                if byte == 0x0A { for _ in 0..<count { append(0x20) } }
            }
        }
    }

    private static func truncated(_ text: [UInt8], _ count: Int) -> [UInt8] {
        if count < 0, text.count + count > 0 { return Array(text.suffix(-count)) }
        return count >= 0 ? Array(text.prefix(count)) : text
    }

    private static func substring(_ text: [UInt8], _ start: Int, _ end: Int) throws -> [UInt8] {
        let isOpen: Bool = start >= 0 && (end < 0 || end > text.count)
        let range: (start: Int, end: Int) = (max(0, start), isOpen ? text.count : end)
        guard 0...text.count ~= range.end, range.start <= range.end else {
            let bounds: String = "[\(start < 0 ? "" : "\(start)"):\(range.end)]"
            let length: String = start < 0 && end >= 0 ? " with length \(text.count)" : ""
            throw TemplateFunctionError("runtime error: slice bounds out of range \(bounds)\(length)")
        }
        return Array(text[range.start..<range.end])
    }

    private static func numbered(_ parts: [[UInt8]]) -> TemplateValue {
        let members: [(TemplateString, TemplateValue)] = parts.enumerated().map { index, part in
            (TemplateString("_\(index)"), .string(TemplateString(bytes: part)))
        }
        return .map(TemplateMap(members, of: .string))
    }

    /// The texts of a list's elements but `nil`; what is no list is one element.
    static func strings(_ value: TemplateValue) throws -> [[UInt8]] {
        switch value.underlying {
        case .null: []
        case .list(let list): try list.elements.filter { !$0.isNull }.map { try $0.stringified() }
        case .bytes(let bytes): bytes.map { Array(String($0).utf8) }
        default: [try value.stringified()]
        }
    }
}

/// Go's functions on strings, which are bytes.
enum GoText {
    static func hasSuffix(_ text: [UInt8], _ suffix: [UInt8]) -> Bool {
        text.count >= suffix.count && text.suffix(suffix.count).elementsEqual(suffix)
    }

    static func firstIndex(of part: [UInt8], in text: ArraySlice<UInt8>) -> Int? {
        let offset: Int? = text.withUnsafeBufferPointer { text in
            part.withUnsafeBufferPointer { part in firstOffset(of: part, in: text) }
        }
        return offset.map { text.startIndex + $0 }
    }

    private static func firstOffset(
        of part: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>
    ) -> Int? {
        guard let first = part.first else { return 0 }
        guard let base = text.baseAddress else { return nil }
        var start: Int = 0
        while start + part.count <= text.count {
            let count: Int = text.count - part.count - start + 1
            guard let found = memchr(base + start, Int32(first), count) else { return nil }
            start = base.distance(to: found.assumingMemoryBound(to: UInt8.self))
            if text[start..<start + part.count].elementsEqual(part) { return start }
            start += 1
        }
        return nil
    }

    /// As `%q` prints it.
    static func quoted(_ text: [UInt8]) throws -> [UInt8] {
        for byte in text where byte < 0x20 || byte > 0x7E || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
            return try TemplateValue.string(TemplateString(bytes: text)).printed("%q").bytes
        }
        var result: [UInt8] = []
        result.reserveCapacity(text.count + 2)
        result.append(UInt8(ascii: "\""))
        result += text
        result.append(UInt8(ascii: "\""))
        return result
    }

    /// The parts between separators, at most so many where the limit is not negative.
    static func split(_ text: [UInt8], _ separator: [UInt8], limit: Int = -1) -> [[UInt8]] {
        if limit == 0 { return [] }
        var parts: [[UInt8]] = []
        var start: Int = 0
        while limit < 0 || parts.count < limit - 1 {
            if separator.isEmpty {
                let width: Int = UTF8Scalar.decode(text, at: start).width
                guard width > 0, start + width < text.count else { break }
                parts.append(Array(text[start..<start + width]))
                start += width
            } else {
                guard let index = firstIndex(of: separator, in: text[start...]) else { break }
                parts.append(Array(text[start..<index]))
                start = index + separator.count
            }
        }
        if separator.isEmpty && text.isEmpty { return [] }
        return parts + [Array(text[start...])]
    }

    static func replacing(_ old: [UInt8], by new: [UInt8], in text: [UInt8]) -> [UInt8] {
        guard old.isEmpty else {
            guard var index = firstIndex(of: old, in: text[...]) else { return text }
            var result: [UInt8] = []
            result.reserveCapacity(text.count + new.count)
            var place: Int = 0
            while true {
                result += text[place..<index]
                result += new
                place = index + old.count
                guard let next = firstIndex(of: old, in: text[place...]) else { break }
                index = next
            }
            result += text[place...]
            return result
        }
        let characters: [[UInt8]] = split(text, [])
        return new + characters.flatMap { $0 + new }
    }

    static func repeated(_ text: [UInt8], _ count: Int) throws -> [UInt8] {
        guard count >= 0 else { throw TemplateFunctionError("strings: negative Repeat count") }
        let (size, overflows): (Int, Bool) = text.count.multipliedReportingOverflow(by: count)
        guard !overflows, size <= 64 << 20 else {
            throw TemplateFunctionError("a text of \(count) times \(text.count) bytes is too long")
        }
        return Array(repeatElement(text, count: count).joined())
    }

    static func trimmed(_ text: [UInt8], _ isTrimmed: (Unicode.Scalar) -> Bool) -> [UInt8] {
        let (start, end): (Int?, Int?) = text.isEmpty ? (nil, nil) : bounds(text, isTrimmed)
        guard let start, let end else { return [] }
        return Array(text[start..<end])
    }

    private static func bounds(_ text: [UInt8], _ isTrimmed: (Unicode.Scalar) -> Bool) -> (start: Int?, end: Int?) {
        var place: Int = 0
        var (start, end): (Int?, Int?) = (nil, nil)
        while place < text.count {
            let (scalar, width): (UInt32, Int) = UTF8Scalar.decode(text, at: place)
            if !isTrimmed(Unicode.Scalar(scalar) ?? "\u{FFFD}") {
                start = start ?? place
                end = place + width
            }
            place += width
        }
        return (start, end)
    }

    /// The characters of a text, with U+FFFD for what is none.
    static func scalars(_ text: [UInt8]) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        var place: Int = 0
        while place < text.count {
            let (scalar, width): (UInt32, Int) = UTF8Scalar.decode(text, at: place)
            result.append(Unicode.Scalar(scalar) ?? "\u{FFFD}")
            place += width
        }
        return result
    }

    /// The text with U+FFFD for what is no character.
    static func valid(_ text: [UInt8]) -> [UInt8] { isASCII(text) ? text : bytes(scalars(text)) }

    static func isASCII(_ text: [UInt8]) -> Bool {
        for byte in text where byte >= 0x80 { return false }
        return true
    }

    static func bytes(_ scalars: some Sequence<Unicode.Scalar>) -> [UInt8] {
        var text: String = ""
        text.unicodeScalars.append(contentsOf: scalars)
        return Array(text.utf8)
    }
}

extension Unicode.Scalar {
    /// What `unicode.IsSpace` holds for white space.
    var isGoSpace: Bool { value < 0x80 ? value == 0x20 || 0x09...0x0D ~= value : properties.isWhitespace }
}
