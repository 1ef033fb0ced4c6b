import Glibc

/// Whole files, without Foundation.
package enum TextFile {
    /// The folder `Fixtures/` of the target whose folder holds the one of the calling file.
    package static func fixtures(of file: String = #filePath) -> String {
        file.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/") + "/Fixtures/"
    }

    package static func read(_ path: String) throws -> String {
        guard let file = fopen(path, "r") else { throw FuzzFailure("cannot read \(path): errno \(errno)") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer: [UInt8] = Array(repeating: 0, count: 1 << 16)
        while true {
            let count: Int = fread(&buffer, 1, buffer.count, file)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }

    package static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else { throw FuzzFailure("cannot write \(path): errno \(errno)") }
        let bytes: [UInt8] = Array(text.utf8)
        let written: Int = fwrite(bytes, 1, bytes.count, file)
        let isClosed: Bool = fclose(file) == 0
        try FuzzFailure.unless(written == bytes.count && isClosed, "cannot write all of \(path)")
    }
}

/// Any bytes on one line of ASCII, as the oracle reads and writes them.
package enum EscapedText {
    package static func line(_ bytes: [UInt8]) -> String { FuzzFailure.escaped(bytes) }

    package static func bytes(_ line: some StringProtocol) -> [UInt8] {
        var result: [UInt8] = []
        var rest: ArraySlice<UInt8> = Array(line.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let letter = rest.popFirst() else {
                result.append(byte)
                continue
            }
            switch letter {
            case UInt8(ascii: "n"): result.append(UInt8(ascii: "\n"))
            case UInt8(ascii: "r"): result.append(UInt8(ascii: "\r"))
            case UInt8(ascii: "t"): result.append(UInt8(ascii: "\t"))
            case UInt8(ascii: "x"):
                let digits: String = String(decoding: rest.prefix(2), as: UTF8.self)
                rest = rest.dropFirst(2)
                result.append(UInt8(digits, radix: 16) ?? UInt8(ascii: "?"))
            default: result.append(letter)
            }
        }
        return result
    }
}
