/// An input that breaks what a fuzz test promises, with all that is needed to see it again.
package struct FuzzFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }

    /// Throws with the message where the condition does not hold.
    package static func unless(_ condition: Bool, _ message: @autoclosure () -> String) throws(FuzzFailure) {
        guard condition else { throw FuzzFailure(message()) }
    }

    /// Bytes as a Swift string literal would show them; what is not ASCII as `\xNN`.
    package static func escaped(_ bytes: [UInt8]) -> String {
        var text: String = ""
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\n"): text += "\\n"
            case UInt8(ascii: "\r"): text += "\\r"
            case UInt8(ascii: "\t"): text += "\\t"
            case UInt8(ascii: "\\"): text += "\\\\"
            case 0x20..<0x7F: text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += byte < 16 ? "\\x0\(String(byte, radix: 16))" : "\\x\(String(byte, radix: 16))"
            }
        }
        return text
    }
}
