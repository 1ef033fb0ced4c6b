import Cryptography
package import Formats
package import HTTPModel

/// How a webhook says that it is genuine, read from its headers alone: nothing of the body is looked at before.
///
///     GitHub          X-Hub-Signature-256: sha256=<hex>                    over the body
///     Gitea, Forgejo  X-Forgejo-Signature, X-Gitea-Signature: <hex>        over the body
///     GitLab          X-Gitlab-Token: <the secret>                         over nothing
///     Standard        webhook-id, webhook-timestamp, webhook-signature     over id.timestamp.body
///
/// GitLab's signing tokens are Standard Webhooks; a secret that begins with `whsec_` is one, and then the weaker form
/// is not taken.
package struct WebhookSignature: Sendable {
    private enum Form: Sendable {
        /// One code of the whole body.
        case body([UInt8])
        case plain([UInt8])
        case standard(codes: [[UInt8]], prefix: [UInt8])
    }

    private var forms: [Form] = []
    /// By which the sender knows the delivery; it is part of what is signed in the standard's form alone.
    package private(set) var delivery: String?

    /// How far a signed moment may be from now.
    package static let tolerance: Duration = .seconds(300)

    /// Reads the headers; without a signature in them nothing will be genuine.
    package init(_ headers: HTTPHeaders, from sender: WebhookSender, now: Timestamp) {
        switch sender {
        case .gitHub:
            readHex(headers, "X-Hub-Signature-256", prefix: "sha256=")
            delivery = Self.word(headers, "X-GitHub-Delivery")
        case .gitea: readGitea(headers)
        case .gitLab:
            if let token = Self.only(headers, "X-Gitlab-Token"), !token.isEmpty {
                forms.append(.plain(Array(token.utf8)))
            }
            readStandard(headers, now)
            delivery = delivery ?? Self.word(headers, "Idempotency-Key")
        case .generic: readStandard(headers, now)
        }
    }

    /// Whether one of the secrets made the signature; every secret is tried, so that time does not tell which did.
    package func isGenuine(_ body: [UInt8], _ secrets: [[UInt8]]) -> Bool {
        var isGenuine = false
        for secret in secrets {
            for form in forms where Self.isGenuine(form, body, secret) { isGenuine = true }
        }
        return isGenuine
    }

    private static func isGenuine(_ form: Form, _ body: [UInt8], _ secret: [UInt8]) -> Bool {
        switch form {
        case .body(let code): return HMACSHA256.isValid(code, for: body, key: secret)
        case .plain(let token):
            // Digests, since the comparison of texts ends at once where their lengths differ.
            let isSame = ConstantTime.areEqual(SHA256.digest(of: token).bytes, SHA256.digest(of: secret).bytes)
            return isSame && standardKey(secret) == nil
        case .standard(let codes, let prefix):
            let made = HMACSHA256.code(for: prefix + body, key: standardKey(secret) ?? secret)
            return codes.count { ConstantTime.areEqual($0, made) } > 0
        }
    }

    /// What identifies a delivery to whoever wants to know it again, whatever its unsigned headers say.
    package func digest(of body: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        for case .standard(_, let prefix) in forms { hash.update(prefix) }
        hash.update(body)
        return hash.finalize().bytes
    }
}

// MARK: - Reading headers

extension WebhookSignature {
    /// The header's value where there is exactly one: of two, nobody knows which was meant.
    private static func only(_ headers: HTTPHeaders, _ name: String) -> String? {
        let values = headers.values(of: name)
        return values.count == 1 ? values[0] : nil
    }

    private static func word(_ headers: HTTPHeaders, _ name: String) -> String? {
        only(headers, name).flatMap { text in
            let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            return isPlain && (1...256).contains(text.utf8.count) ? text : nil
        }
    }

    private mutating func readHex(_ headers: HTTPHeaders, _ name: String, prefix: String) {
        guard let text = Self.only(headers, name), text.hasPrefix(prefix) else { return }
        let digits = text.dropFirst(prefix.count)
        let isLowerCase = digits.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard isLowerCase, digits.utf8.count == 64, let code = Hexadecimal.bytes(digits) else { return }
        forms.append(.body(code))
    }

    /// The first that is there counts: one that is wrong is not made good by another.
    private mutating func readGitea(_ headers: HTTPHeaders) {
        delivery = Self.word(headers, "X-Forgejo-Delivery") ?? Self.word(headers, "X-Gitea-Delivery")
        for name in ["X-Forgejo-Signature", "X-Gitea-Signature"] where headers[name] != nil {
            return readHex(headers, name, prefix: "")
        }
        readHex(headers, "X-Hub-Signature-256", prefix: "sha256=")
    }

    private mutating func readStandard(_ headers: HTTPHeaders, _ now: Timestamp) {
        guard let id = Self.word(headers, "webhook-id"), let moment = Self.word(headers, "webhook-timestamp"),
            let signatures = Self.only(headers, "webhook-signature"), signatures.utf8.count <= 4_096,
            // With a dot in it, another id and another moment would be signed alike.
            !id.contains("."), moment.utf8.count <= 12, moment.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let seconds = Int64(moment)
        else { return }
        let distance = Timestamp(sinceEpoch: .seconds(seconds)) - now
        guard distance <= Self.tolerance, distance >= .zero - Self.tolerance else { return }
        let codes = signatures.split(separator: " ").prefix(16).compactMap { word -> [UInt8]? in
            guard word.hasPrefix("v1,"), let code = Base64.decode(String(word.dropFirst(3))), code.count == 32 else {
                return nil
            }
            return code
        }
        guard !codes.isEmpty else { return }
        forms.append(.standard(codes: codes, prefix: Array("\(id).\(moment).".utf8)))
        delivery = id
    }

    /// The key that a `whsec_` secret stands for.
    private static func standardKey(_ secret: [UInt8]) -> [UInt8]? {
        let prefix = Array("whsec_".utf8)
        guard secret.starts(with: prefix) else { return nil }
        return Base64.decode(String(decoding: secret.dropFirst(prefix.count), as: UTF8.self))
    }
}
