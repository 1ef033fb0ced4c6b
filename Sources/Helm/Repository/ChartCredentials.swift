import Formats

/// Whom a repository is asked as: a user name and a password, which never print.
package struct ChartCredentials: Sendable, Hashable {
    private let username: String
    private let password: String

    package init(username: String, password: String) {
        self.username = username
        self.password = password
    }

    /// Reads the keys `username` and `password` of a Secret.
    ///
    /// - Throws: ``ChartFetchError`` of code `unauthorized` that names the key to mend.
    package init(secret data: (_ key: String) -> [UInt8]?) throws(ChartFetchError) {
        let username: String = try Self.text("username", data)
        guard !username.contains(":") else {
            throw ChartFetchError(
                .unauthorized, "the Secret's username has a colon, which no user name may have: remove it")
        }
        self.init(username: username, password: try Self.text("password", data))
    }

    private static func text(_ key: String, _ data: (String) -> [UInt8]?) throws(ChartFetchError) -> String {
        guard let bytes = data(key), !bytes.isEmpty else {
            throw ChartFetchError(.unauthorized, "the Secret has no \(key): add the keys username and password")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ChartFetchError(.unauthorized, "the Secret's \(key) is no text: write it in UTF-8")
        }
        return text
    }

    /// The value of the `Authorization` header.
    var authorization: String { "Basic " + Base64.encode(Array("\(username):\(password)".utf8)) }
}

extension ChartCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<redacted>" }
    package var debugDescription: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
