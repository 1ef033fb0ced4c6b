import COpenSSL

/// What OpenSSL refused, and what to do about it.
package struct CryptographyError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// The system gave no random bytes.
        case randomness = "Randomness"
        /// A certificate could not be made.
        case certificate = "Certificate"
        /// A text is no PEM, or not PEM of what was wanted.
        case malformed = "Malformed"
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

extension CryptographyError {
    /// Adds OpenSSL's own reason to a message, and empties its queue of errors, which belongs to the thread.
    static func openSSL(_ code: Code, _ message: String) -> CryptographyError {
        var reason: String?
        while true {
            let number = ERR_get_error()
            if number == 0 { break }
            if reason == nil, let text = ERR_reason_error_string(number) { reason = String(cString: text) }
        }
        return CryptographyError(code, reason.map { "\(message): \($0)" } ?? message)
    }
}
