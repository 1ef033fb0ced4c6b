import Formats

/// One measured number, or why there is none.
struct Figure: Sendable {
    /// What ran beside ours in the same run, on the same input.
    struct Peer: Sendable {
        var name: String
        var value: Double
    }

    var name: String
    var value: Double?
    var unit: String = ""
    var peer: Peer?
    var isBetterWhenSmaller: Bool = false
    /// Why there is no value, or no peer, or what a value consists of.
    var note: String?

    /// Ours over the peer's, turned so that larger is better.
    var ratio: Double? {
        guard let value, let peer, value > 0, peer.value > 0 else { return nil }
        return isBetterWhenSmaller ? peer.value / value : value / peer.value
    }

    var line: String {
        guard let value else { return "\(name.padded(to: 28))       -   \(note ?? "not taken")" }
        var line: String = name.padded(to: 28) + Self.shown(value).aligned(to: 8) + " " + unit.padded(to: 6)
        if let ratio, let peer { line += Self.shown(ratio).aligned(to: 5) + " × " + peer.name }
        if let note { line += "  (\(note))" }
        return line
    }

    var json: JSONValue {
        var json: JSONValue = ["name": .string(name)]
        if let value {
            json["value"] = .double(Self.rounded(value))
            json["unit"] = .string(unit)
        }
        if let ratio { json["ratio"] = .double(Self.rounded(ratio)) }
        if let peer {
            json["peer"] = .string(peer.name)
            json["peer_value"] = .double(Self.rounded(peer.value))
        }
        if let note { json["note"] = .string(note) }
        return json
    }

    /// Four digits at most where there is a fraction: no run is more exact.
    private static func rounded(_ value: Double) -> Double {
        var scale: Double = 1
        while value.magnitude * scale < 100, scale < 1e6, value != 0 { scale *= 10 }
        return (value * scale).rounded() / scale
    }

    static func shown(_ value: Double) -> String {
        let text: String = rounded(value.magnitude >= 100 ? (value * 10).rounded() / 10 : value).description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }

    fileprivate func aligned(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
