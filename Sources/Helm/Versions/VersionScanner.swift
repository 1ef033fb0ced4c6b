/// Reads versions, and the wildcards of constraints, out of a text.
struct VersionScanner {
    /// A version's parts as they were written.
    struct Parts {
        var major: String
        var minor: String?
        var patch: String?
        var prerelease: String
        var metadata: String
        /// All of it.
        var text: String
    }

    private let bytes: [UInt8]
    private(set) var place: Int

    init(_ text: String) { self.init(Array(text.utf8)) }

    init(_ bytes: [UInt8], from place: Int = 0) { (self.bytes, self.place) = (bytes, place) }

    var isAtEnd: Bool { place >= bytes.count }
    var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    /// The version here; a number may be `x`, `X` or `*` where wildcards are allowed.
    ///
    /// `nil` where there is none, and then nothing is taken.
    mutating func version(wildcards: Bool = false) -> Parts? {
        let start: Int = place
        _ = take(UInt8(ascii: "v"))
        guard let major = number(wildcards) else {
            place = start
            return nil
        }
        let minor: String? = numberAfterPoint(wildcards)
        let patch: String? = minor == nil ? nil : numberAfterPoint(wildcards)
        let prerelease: String = identifiers(after: UInt8(ascii: "-"))
        let metadata: String = identifiers(after: UInt8(ascii: "+"))
        return Parts(
            major: major, minor: minor, patch: patch, prerelease: prerelease, metadata: metadata,
            text: String(decoding: bytes[start..<place], as: UTF8.self))
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        place += 1
        return true
    }

    /// How many spaces were taken.
    @discardableResult
    mutating func skipSpaces() -> Int {
        let start: Int = place
        while let byte = next, [0x09, 0x0A, 0x0C, 0x0D, 0x20].contains(byte) { place += 1 }
        return place - start
    }

    private mutating func number(_ wildcards: Bool) -> String? {
        text { $0.isVersionDigit || (wildcards && [0x78, 0x58, 0x2A].contains($0)) }
    }

    private mutating func numberAfterPoint(_ wildcards: Bool) -> String? {
        let start: Int = place
        guard take(UInt8(ascii: ".")), let number = number(wildcards) else {
            place = start
            return nil
        }
        return number
    }

    /// What follows a mark: words divided by points, as many as there are; nothing where there is no word.
    private mutating func identifiers(after mark: UInt8) -> String {
        let start: Int = place
        guard take(mark), text(where: \.isVersionLetter) != nil else {
            place = start
            return ""
        }
        while true {
            let end: Int = place
            guard take(UInt8(ascii: ".")), text(where: \.isVersionLetter) != nil else {
                place = end
                return String(decoding: bytes[(start + 1)..<end], as: UTF8.self)
            }
        }
    }

    private mutating func text(where belongs: (UInt8) -> Bool) -> String? {
        let start: Int = place
        while let byte = next, belongs(byte) { place += 1 }
        return place == start ? nil : String(decoding: bytes[start..<place], as: UTF8.self)
    }
}

extension UInt8 {
    var isVersionDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    fileprivate var isVersionLetter: Bool {
        isVersionDigit || self == UInt8(ascii: "-") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
    }
}
