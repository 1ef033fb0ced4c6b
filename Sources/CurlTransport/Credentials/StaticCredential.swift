/// A credential that never changes.
package struct StaticCredential: CredentialSource {
    private let value: Credential

    package init(_ value: Credential) { self.value = value }

    package init(bearerToken: String) { self.init(.bearer(bearerToken)) }

    package init(username: String, password: String) {
        self.init(Credential(authorization: "Basic \(Self.base64(Array("\(username):\(password)".utf8)))"))
    }

    package func credential() async -> Credential { value }

    // There is no other one.
    package func invalidate(_ rejected: Credential) async {}

    private static func base64(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let padded = group + [UInt8](repeating: 0, count: 3 - group.count)
            let bits = padded.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            for place in 0..<4 {
                let digit = digits[Int(bits >> UInt32(18 - 6 * place) & 63)]
                text.append(place <= group.count ? digit : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
