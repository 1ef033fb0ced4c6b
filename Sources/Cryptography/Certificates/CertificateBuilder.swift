import COpenSSL
import Glibc

/// One certificate in the making.
struct CertificateBuilder {
    enum Usage {
        case authority
        case server([String])
        case client
        /// Either end of a connection, or an authority beside it, as Go programs make them.
        case peer([String], isAuthority: Bool)
    }

    var subject: CertificateSubject
    var usage: Usage
    var validity: CertificateValidity
    var keyKind: PrivateKeyKind?
    /// A key to certify, instead of a new one.
    var key: String?

    /// The certificate with a new key, signed by `issuer` or, without one, by its own key.
    func identity(by issuer: CertificateIdentity?) throws(CryptographyError) -> CertificateIdentity {
        let key = try givenOrNewKey()
        defer { EVP_PKEY_free(key) }
        guard let certificate = X509_new() else { throw .openSSL(.certificate, "no memory for a certificate") }
        defer { X509_free(certificate) }

        try fill(certificate, key: key)
        if let issuer {
            let issuerCertificate = try PEM.certificate(issuer.certificate)
            defer { X509_free(issuerCertificate) }
            let issuerKey = try PEM.key(issuer.key)
            defer { EVP_PKEY_free(issuerKey) }
            try sign(certificate, issuer: issuerCertificate, issuerKey: issuerKey)
        } else {
            try sign(certificate, issuer: certificate, issuerKey: key)
        }
        return CertificateIdentity(certificate: try PEM.text(certificate: certificate), key: try text(of: key))
    }

    private func givenOrNewKey() throws(CryptographyError) -> OpaquePointer {
        if let key { return try PEM.key(key) }
        return try (keyKind ?? .ecdsa).generate()
    }

    private func text(of key: OpaquePointer) throws(CryptographyError) -> String {
        if let given = self.key { return given }
        if let keyKind { return try keyKind.text(of: key) }
        return try PEM.text(key: key)
    }

    private func fill(_ certificate: OpaquePointer, key: OpaquePointer) throws(CryptographyError) {
        try check(X509_set_version(certificate, 2), "version")  // Counted from 0: this is version 3.
        try setSerial(certificate)
        try setTime(validity.notBefore) { X509_set1_notBefore(certificate, $0) }
        try setTime(validity.notAfter) { X509_set1_notAfter(certificate, $0) }
        try check(X509_set_pubkey(certificate, key), "public key")
        let name = X509_get_subject_name(certificate)
        for organization in subject.organizations { try add(organization, NID_organizationName, to: name) }
        try add(subject.commonName, NID_commonName, to: name)
    }

    private func setSerial(_ certificate: OpaquePointer) throws(CryptographyError) {
        var serial = try SecureRandom.bytes(16)
        serial[0] &= 0x7F  // Serial numbers are positive.
        guard let number = BN_bin2bn(serial, Int32(serial.count), nil) else {
            throw .openSSL(.certificate, "no memory for a serial number")
        }
        defer { BN_free(number) }
        guard BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nil else {
            throw .openSSL(.certificate, "the serial number does not fit a certificate")
        }
    }

    private func setTime(
        _ time: Duration,
        _ set: (UnsafePointer<ASN1_TIME>) -> Int32
    ) throws(CryptographyError) {
        let seconds = time_t(time.components.seconds)
        guard let value = ASN1_TIME_set(nil, seconds) else {
            throw .openSSL(.certificate, "\(seconds) s since 1970 is no time for a certificate")
        }
        defer { ASN1_STRING_free(value) }
        try check(set(value), "validity")
    }

    private func add(_ text: String, _ kind: Int32, to name: OpaquePointer?) throws(CryptographyError) {
        let bytes = Array(text.utf8)
        guard (1...64).contains(bytes.count) else {
            throw CryptographyError(.certificate, "a name in a certificate has 1 to 64 bytes, not \(bytes.count)")
        }
        let added = X509_NAME_add_entry_by_NID(name, kind, MBSTRING_UTF8, bytes, Int32(bytes.count), -1, 0)
        try check(added, "subject")
    }

    private func sign(
        _ certificate: OpaquePointer,
        issuer: OpaquePointer,
        issuerKey: OpaquePointer
    ) throws(CryptographyError) {
        try check(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)), "issuer")
        var context = X509V3_CTX()
        X509V3_set_ctx(&context, issuer, certificate, nil, nil, 0)
        for (kind, value) in try extensions() {
            guard let one = X509V3_EXT_conf_nid(nil, &context, kind, value) else {
                throw .openSSL(.certificate, "OpenSSL refused the extension \(value)")
            }
            defer { X509_EXTENSION_free(one) }
            try check(X509_add_ext(certificate, one, -1), "extensions")
        }
        guard X509_sign(certificate, issuerKey, EVP_sha256()) > 0 else {
            throw .openSSL(.certificate, "OpenSSL did not sign the certificate")
        }
    }

    private func extensions() throws(CryptographyError) -> [(Int32, String)] {
        let identifier = (NID_subject_key_identifier, "hash")
        let end: [(Int32, String)] = [
            (NID_basic_constraints, "critical,CA:FALSE"),
            (NID_key_usage, "critical,digitalSignature"),
            identifier,
            (NID_authority_key_identifier, "keyid"),
        ]
        switch usage {
        case .authority:
            return [
                (NID_basic_constraints, "critical,CA:TRUE"), (NID_key_usage, "critical,keyCertSign,cRLSign"),
                identifier,
            ]
        case .server(let names):
            let alternatives = try Self.alternativeNames(names)
            return end + [(NID_ext_key_usage, "serverAuth"), (NID_subject_alt_name, alternatives)]
        case .client:
            return end + [(NID_ext_key_usage, "clientAuth")]
        case .peer(let names, let isAuthority):
            let alternatives = names.isEmpty ? [] : [(NID_subject_alt_name, try Self.alternativeNames(names))]
            let usage = "critical,digitalSignature,keyEncipherment" + (isAuthority ? ",keyCertSign" : "")
            return [
                (NID_basic_constraints, "critical,CA:\(isAuthority ? "TRUE" : "FALSE")"), (NID_key_usage, usage),
                (NID_ext_key_usage, "serverAuth,clientAuth"), identifier, (NID_authority_key_identifier, "keyid"),
            ] + alternatives
        }
    }

    /// Names in OpenSSL's configuration language, where a comma would begin another one.
    static func alternativeNames(_ names: [String]) throws(CryptographyError) -> String {
        var entries: [String] = []
        for name in names {
            if let address = a2i_IPADDRESS(name) {
                ASN1_STRING_free(address)
                entries.append("IP:\(name)")
            } else if isDNSName(name) {
                entries.append("DNS:\(name)")
            } else {
                throw CryptographyError(.certificate, "\(name) is neither a DNS name nor an IP address")
            }
        }
        guard !entries.isEmpty else {
            throw CryptographyError(.certificate, "a server's certificate needs a name; give at least one")
        }
        return entries.joined(separator: ",")
    }

    private static func isDNSName(_ name: String) -> Bool {
        let allowed = name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2A, 0x5F: true
            default: false
            }
        }
        return allowed && (1...253).contains(name.utf8.count)
    }

    private func check(_ result: Int32, _ what: String) throws(CryptographyError) {
        guard result == 1 else { throw .openSSL(.certificate, "OpenSSL refused the certificate's \(what)") }
    }
}
