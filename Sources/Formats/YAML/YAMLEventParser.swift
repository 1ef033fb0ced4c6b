import CYAML

/// libyaml's parser; its memory is freed with this value, also after an error.
struct YAMLEventParser: ~Copyable {
    /// On the heap, since libyaml keeps the parser's own address in it.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>
    private let firstLine: Int

    init(_ text: YAMLDocumentText) throws(FormatError) {
        parser = .allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            throw FormatError("there is not enough memory to read YAML", at: .init(line: text.firstLine, column: 1))
        }
        input = .allocate(capacity: text.bytes.count)
        _ = input.initialize(fromContentsOf: text.bytes)
        firstLine = text.firstLine
        yaml_parser_set_input_string(parser, input.baseAddress, input.count)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    mutating func next() throws(FormatError) -> YAMLEvent {
        var event: yaml_event_t = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw problem() }
        defer { yaml_event_delete(&event) }
        return YAMLEvent(kind: Self.kind(of: event), position: position(event.start_mark))
    }

    private static func kind(of event: yaml_event_t) -> YAMLEvent.Kind {
        switch event.type {
        case YAML_STREAM_START_EVENT: .streamStart
        case YAML_DOCUMENT_START_EVENT: .documentStart
        case YAML_DOCUMENT_END_EVENT: .documentEnd
        case YAML_ALIAS_EVENT: .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT: scalar(event.data.scalar)
        case YAML_SEQUENCE_START_EVENT: .sequenceStart(anchor: text(event.data.sequence_start.anchor))
        case YAML_SEQUENCE_END_EVENT: .sequenceEnd
        case YAML_MAPPING_START_EVENT: .mappingStart(anchor: text(event.data.mapping_start.anchor))
        case YAML_MAPPING_END_EVENT: .mappingEnd
        // Also what libyaml gives when asked again after the end.
        default: .streamEnd
        }
    }

    private static func scalar(_ scalar: yaml_event_t.__Unnamed_union_data.__Unnamed_struct_scalar) -> YAMLEvent.Kind {
        // By length, since a scalar may hold a NUL.
        let bytes: UnsafeBufferPointer<UInt8> = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        let text: YAMLScalarText = YAMLScalarText(
            value: String(decoding: bytes, as: UTF8.self),
            tag: text(scalar.tag),
            isPlain: scalar.plain_implicit != 0
        )
        return .scalar(text, anchor: Self.text(scalar.anchor))
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private func position(_ mark: yaml_mark_t) -> FormatError.Position {
        FormatError.Position(line: firstLine + mark.line, column: mark.column + 1)
    }
}

extension YAMLEventParser {
    private func problem() -> FormatError {
        let what: String = parser.pointee.problem.map { String(cString: $0) } ?? "this is not YAML"
        switch parser.pointee.error {
        case YAML_MEMORY_ERROR:
            return FormatError("there is not enough memory to read YAML", at: .init(line: firstLine, column: 1))
        case YAML_READER_ERROR:
            let message: String =
                "\(what): save the file as UTF-8 without control characters, or escape them as in \"\\x07\""
            return FormatError(message, at: position(offset: parser.pointee.problem_offset))
        default:
            let context: String = parser.pointee.context.map { " \(String(cString: $0))" } ?? ""
            return FormatError("\(what)\(context): \(advice)", at: position(parser.pointee.problem_mark))
        }
    }

    private var advice: String {
        let index: Int = offset(of: parser.pointee.problem_mark)
        switch index < input.count ? input[index] : 0 {
        case UInt8(ascii: "\t"): return "indent with spaces, not with a tab"
        case UInt8(ascii: "@"), UInt8(ascii: "`"), UInt8(ascii: "%"): return "put quotes around a text that begins so"
        default: return "correct the indentation, the quotes or the brackets here or before"
        }
    }

    /// libyaml counts in characters, this in bytes; a byte order mark is counted in neither.
    private func offset(of mark: yaml_mark_t) -> Int {
        var characters: Int = 0
        for (offset, byte) in input.enumerated() where byte & 0xC0 != 0x80 {
            if characters == mark.index { return offset }
            characters += 1
        }
        return input.count
    }

    /// The place of a byte: for what is no character, libyaml has no mark.
    private func position(offset: Int) -> FormatError.Position {
        let before: Slice<UnsafeMutableBufferPointer<UInt8>> = input.prefix(offset)
        let line: Int = before.count { $0 == UInt8(ascii: "\n") }
        let start: Int = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let column: Int = before[start...].count { $0 & 0xC0 != 0x80 }
        return FormatError.Position(line: firstLine + line, column: column + 1)
    }
}
