import Cryptography

/// Names made from an Environment's: the same input gives the same name, for ever.
package enum Naming {
    /// The longest name of an Environment: `env-` and a dash and eight digits beside it make a DNS label of 63.
    package static let nameLimit = 50
    package static let releaseNameLimit = 30
    private static let digits = 8

    /// `env-<name>-<8 hex digits>`: a re-created Environment never meets its predecessor's namespace.
    package static func hostNamespace(of name: String, uid: String) -> String {
        "env-\(name)-\(SHA256.digest(of: uid).hex.prefix(digits))"
    }

    /// `inf-<name>-<8 hex digits>`: the same for an InferenceEndpoint.
    package static func inferenceNamespace(of name: String, uid: String) -> String {
        "inf-\(name)-\(SHA256.digest(of: uid).hex.prefix(digits))"
    }

    /// The Environment's name where it is short enough, else its beginning and eight digits of its digest.
    ///
    /// A chart cuts longer names, and two that are equal after the cut would share cluster-wide names.
    package static func release(of name: String) -> String {
        guard name.utf8.count > releaseNameLimit else { return name }
        var beginning = name.prefix(releaseNameLimit - digits - 1)
        while beginning.last == "-" { beginning.removeLast() }
        return "\(beginning)-\(SHA256.digest(of: name).hex.prefix(digits))"
    }
}
