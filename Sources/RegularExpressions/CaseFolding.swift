/// Which characters differ in nothing but case.
enum CaseFolding {
    /// The characters that equal the given one when case is ignored, with itself.
    static func orbit(of scalar: UInt32) -> [UInt32] {
        switch scalar {
        case 0x4B, 0x6B: [0x4B, 0x6B, 0x212A]
        case 0x53, 0x73: [0x53, 0x73, 0x17F]
        case 0x41...0x5A: [scalar, scalar + 0x20]
        case 0x61...0x7A: [scalar, scalar - 0x20]
        case 0..<0x80: [scalar]
        default: orbits[scalar] ?? [scalar]
        }
    }

    /// All characters that have others, with them.
    static let orbits: [UInt32: [UInt32]] = {
        var byFold: [UInt32: [UInt32]] = [:]
        for value in first...last {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let properties: Unicode.Scalar.Properties = scalar.properties
            guard properties.isCased || properties.changesWhenUppercased || properties.changesWhenLowercased else {
                continue
            }
            byFold[fold(scalar), default: []].append(value)
        }
        var orbits: [UInt32: [UInt32]] = [:]
        for members in byFold.values where members.count > 1 {
            for member in members { orbits[member] = members }
        }
        return orbits
    }()

    private static let first: UInt32 = 0x41
    private static let last: UInt32 = 0x1E943

    /// What all characters of an orbit have in common: the small letter of their capital one.
    private static func fold(_ scalar: Unicode.Scalar) -> UInt32 {
        // The Turkish dotless i has the capital of the dotted one, but is another letter.
        if scalar.value == 0x131 { return scalar.value }
        let capital: Unicode.Scalar = single(scalar.properties.uppercaseMapping) ?? scalar
        return (single(capital.properties.lowercaseMapping) ?? capital).value
    }

    private static func single(_ text: String) -> Unicode.Scalar? {
        text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
    }
}
