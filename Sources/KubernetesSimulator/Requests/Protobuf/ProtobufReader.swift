import Formats

/// Reads objects in Kubernetes' protobuf form, which `kubectl` creates built-in kinds in from 1.32 on.
///
/// Only for the kinds that ``ProtobufMessages`` knows; a field that is not known there is refused, so that nothing
/// is lost in silence.
struct ProtobufReader {
    static let mediaType = "application/vnd.kubernetes.protobuf"
    private static let magic: [UInt8] = [0x6B, 0x38, 0x73, 0x00]
    private static let depthLimit = 32

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private var bytes: ArraySlice<UInt8>

    private init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    /// The object as JSON; the envelope names its kind.
    static func object(_ body: [UInt8]) throws(Failure) -> JSONValue {
        guard body.starts(with: magic) else { throw Failure(description: "the body does not begin as an object does") }
        var envelope = ProtobufReader(body[magic.count...])
        let unknown = try envelope.message(.envelope, depth: 0)
        let kind = unknown[path: "typeMeta", "kind"]?.string ?? ""
        guard let message = ProtobufMessages.kinds[kind], let raw = envelope.raw else {
            throw Failure(description: "objects of kind \"\(kind)\" are not read in protobuf")
        }
        var reader = ProtobufReader(raw)
        let body = try reader.message(message, depth: 0)
        var object: JSONValue = [
            "apiVersion": unknown[path: "typeMeta", "apiVersion"] ?? "", "kind": .string(kind),
        ]
        for (name, value) in body.object ?? JSONObject() { object[name] = value }
        return object
    }

    /// The bytes of the field that is another object.
    private var raw: ArraySlice<UInt8>?

    // MARK: - Messages

    private mutating func message(_ message: ProtobufMessage, depth: Int) throws(Failure) -> JSONValue {
        guard depth < Self.depthLimit else { throw Failure(description: "messages are nested too deeply") }
        var object = JSONObject()
        while !bytes.isEmpty {
            let tag = try varint()
            let wire = try value(wireType: tag & 7)
            guard let number = Int(exactly: tag >> 3), let field = message.fields[number] else {
                throw Failure(description: "field \(tag >> 3) of \(message.name) is not known here")
            }
            try put(wire, field, into: &object, depth: depth)
        }
        return .object(object)
    }

    private mutating func put(
        _ wire: Wire,
        _ field: ProtobufMessage.Field,
        into object: inout JSONObject,
        depth: Int
    ) throws(Failure) {
        switch field.form {
        case .single where field.type == .ignored: return
        case .single:
            if field.type == .raw, case .bytes(let bytes) = wire { return raw = bytes }
            let value = try Self.json(wire, field.type, depth: depth)
            // What is no pointer in the server's types is always sent, and says nothing where it is empty.
            if field.isPointer || !value.isEmptyValue { object[field.name] = value }
        case .list:
            let items = object[field.name]?.array ?? []
            object[field.name] = .array(items + [try Self.json(wire, field.type, depth: depth)])
        case .map:
            guard case .bytes(let bytes) = wire else { throw Self.mismatch(field) }
            var reader = ProtobufReader(bytes)
            let (key, value) = try reader.entry(field.type, depth: depth)
            var members = object[field.name] ?? [:]
            members[key] = value
            object[field.name] = members
        }
    }

    private mutating func entry(_ type: ProtobufMessage.FieldType, depth: Int) throws(Failure) -> (String, JSONValue) {
        var key = ""
        var content: JSONValue = ""
        while !bytes.isEmpty {
            let tag = try varint()
            let wire = try value(wireType: tag & 7)
            switch tag >> 3 {
            case 1: key = try Self.json(wire, .string, depth: depth).string ?? ""
            case 2: content = try Self.json(wire, type, depth: depth)
            default: throw Failure(description: "a map's entry has no field \(tag >> 3)")
            }
        }
        return (key, content)
    }

    private static func mismatch(_ field: ProtobufMessage.Field) -> Failure {
        Failure(description: "field \(field.name) is not of its type")
    }

    // MARK: - Values

    private static func json(
        _ wire: Wire,
        _ type: ProtobufMessage.FieldType,
        depth: Int
    ) throws(Failure) -> JSONValue {
        switch (type, wire) {
        case (.string, .bytes(let bytes)):
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw Failure(description: "a text is no UTF-8")
            }
            return .string(text)
        case (.bytes, .bytes(let bytes)): return .string(Base64.encode(Array(bytes)))
        case (.integer, .number(let number)): return .integer(Int64(bitPattern: number))
        case (.bool, .number(let number)): return .bool(number != 0)
        case (.message(let name), .bytes(let bytes)):
            guard let message = ProtobufMessages.messages[name] else {
                throw Failure(description: "the message \(name) is not known here")
            }
            var reader = ProtobufReader(bytes)
            return unwrapped(try reader.message(message, depth: depth + 1), name)
        case (.raw, _), (.ignored, _), (.string, _), (.bytes, _), (.integer, _), (.bool, _), (.message, _):
            throw Failure(description: "a value is not of its field's type")
        }
    }

    /// Messages that are texts or numbers in JSON.
    private static func unwrapped(_ value: JSONValue, _ name: String) -> JSONValue {
        switch name {
        case "Quantity": value["string"] ?? "0"
        case "Time":
            value["seconds"]?.integer.map {
                .string(Timestamp(sinceEpoch: .seconds(min(max($0, 0), 253_402_300_799))).description)
            } ?? .null
        case "IntOrString": value["type"] == 1 ? value["strVal"] ?? "" : value["intVal"] ?? 0
        default: value
        }
    }

    // MARK: - The wire

    private enum Wire {
        case number(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    private mutating func value(wireType: UInt64) throws(Failure) -> Wire {
        switch wireType {
        case 0: return .number(try varint())
        case 1: return .number(try fixed(8))
        case 2:
            guard let count = Int(exactly: try varint()), count <= bytes.count else { throw Self.truncated }
            defer { bytes = bytes.dropFirst(count) }
            return .bytes(bytes.prefix(count))
        case 5: return .number(try fixed(4))
        default: throw Failure(description: "wire type \(wireType) is not known")
        }
    }

    private static let truncated = Failure(description: "the body ends within a field")

    private mutating func varint() throws(Failure) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = bytes.popFirst() else { throw Self.truncated }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw Failure(description: "a number is longer than 64 bits")
    }

    private mutating func fixed(_ count: Int) throws(Failure) -> UInt64 {
        guard bytes.count >= count else { throw Self.truncated }
        defer { bytes = bytes.dropFirst(count) }
        return bytes.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension JSONValue {
    fileprivate var isEmptyValue: Bool {
        switch self {
        case .null, .bool(false), .integer(0), .string(""): true
        case .object(let members): members.isEmpty
        default: false
        }
    }
}
