extension String {
    /// The text for a terminal, a log or a condition: control and direction characters escaped, the end cut off.
    ///
    /// What a server sends may hold terminal codes, forged line ends, or marks that turn the reading direction.
    package func escapingControls(limit: Int = 4096) -> String {
        var escaped = ""
        var length = 0
        for scalar in unicodeScalars {
            guard length < limit else { return escaped + "…" }
            length += 1
            switch scalar {
            case "\n": escaped += "\\n"
            case "\t": escaped += "\\t"
            case "\r": escaped += "\\r"
            default:
                if scalar.isControl {
                    escaped += "\\u{" + String(scalar.value, radix: 16) + "}"
                } else {
                    escaped.unicodeScalars.append(scalar)
                }
            }
        }
        return escaped
    }
}

extension Unicode.Scalar {
    /// C0 and C1 controls, line and paragraph separators, and everything that changes the reading direction.
    fileprivate var isControl: Bool {
        switch value {
        case 0...0x1F, 0x7F...0x9F, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF: true
        default: false
        }
    }
}
