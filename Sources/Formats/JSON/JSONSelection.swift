/// Which parts of a text become values; the rest is checked all the same, and left out.
///
/// A list of objects of which only the metadata is wanted:
///
///     .members([
///         "metadata": .everything,
///         "items": .elements(.members(["metadata": .members(["name": .everything, "uid": .everything])])),
///     ])
///
/// A value of another shape than the selection expects is kept whole, so that its reader can say
/// what is wrong with it.
package indirect enum JSONSelection: Sendable, Hashable {
    case everything
    /// The named members of an object.
    case members([String: JSONSelection])
    /// All elements of an array, each by the same selection.
    case elements(JSONSelection)
}

extension JSONScanner {
    /// Scans one value and keeps what is selected of it; the stack's depth is the selection's, not the text's.
    mutating func value(keeping selection: JSONSelection, into sink: inout JSONValueSink) throws(JSONFault) {
        let byte: UInt8 = try visible(.empty)
        switch selection {
        case .members(let members) where byte == UInt8(ascii: "{"): try object(keeping: members, into: &sink)
        case .elements(let elements) where byte == UInt8(ascii: "["): try array(keeping: elements, into: &sink)
        default: try value(into: &sink)
        }
    }

    private mutating func object(keeping members: [String: JSONSelection], into sink: inout JSONValueSink)
        throws(JSONFault)
    {
        var kept: [JSONToken] = []
        guard try open(isObject: true) else {
            sink.object(UnsafeBufferPointer(start: nil, count: 0), shape: JSONShapes.none, of: text)
            return
        }
        while true {
            let token: JSONToken = try key()
            if let selection = members[sink.name(token, of: text)] {
                kept.append(token)
                try value(keeping: selection, into: &sink)
            } else {
                var nothing: JSONDiscardingSink = JSONDiscardingSink()
                try value(into: &nothing)
            }
            guard let ended = try advance() else { continue }
            _ = try endKeys(of: ended)
            dropKeys(of: ended)
            kept.withUnsafeBufferPointer { sink.object($0, shape: shape(ofKept: $0), of: text) }
            return
        }
    }

    private mutating func array(keeping selection: JSONSelection, into sink: inout JSONValueSink) throws(JSONFault) {
        var count: Int = 0
        var isInside: Bool = try open(isObject: false)
        while isInside {
            try value(keeping: selection, into: &sink)
            count += 1
            isInside = try advance() == nil
        }
        sink.array(count: count)
    }
}
