import COpenSSL
import Cryptography
import Glibc

/// The TLS of a ``LoopbackServer``.
///
/// `@unchecked`: OpenSSL's context is shared by threads as OpenSSL allows, and never changed.
final class LoopbackTLS: @unchecked Sendable {
    private let context: OpaquePointer

    /// Asks clients for a certificate of `clientAuthority`, where there is one; `version` is one of OpenSSL's.
    init(
        _ identity: CertificateIdentity,
        clientAuthority: String? = nil,
        http2: Bool = false,
        version: Int32 = TLS1_3_VERSION
    ) throws {
        guard let context = SSL_CTX_new(TLS_server_method()) else { throw LoopbackError(what: "context") }
        self.context = context
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(version), nil)
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(version), nil)
        try Self.withPEM(identity.certificate) { bio in
            let certificate = PEM_read_bio_X509(bio, nil, nil, nil)
            SSL_CTX_use_certificate(context, certificate)
            X509_free(certificate)
        }
        try Self.withPEM(identity.key) { bio in
            let key = PEM_read_bio_PrivateKey(bio, nil, nil, nil)
            SSL_CTX_use_PrivateKey(context, key)
            EVP_PKEY_free(key)
        }
        if let clientAuthority {
            try Self.withPEM(clientAuthority) { bio in
                let certificate = PEM_read_bio_X509(bio, nil, nil, nil)
                X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate)
                X509_free(certificate)
            }
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        }
        if http2 {
            SSL_CTX_set_alpn_select_cb(
                context,
                { _, chosen, length, offered, count, _ in
                    let h2: [UInt8] = [2, 0x68, 0x32]
                    guard let chosen, let length, let offered else { return SSL_TLSEXT_ERR_NOACK }
                    let list = UnsafeBufferPointer(start: offered, count: Int(count))
                    var start = 0
                    while start < list.count {
                        let end = start + 1 + Int(list[start])
                        if list[start..<end].elementsEqual(h2) {
                            chosen.pointee = offered + start + 1
                            length.pointee = 2
                            return SSL_TLSEXT_ERR_OK
                        }
                        start = end
                    }
                    return SSL_TLSEXT_ERR_NOACK
                },
                nil
            )
        }
    }

    deinit { SSL_CTX_free(context) }

    /// The handshake on a new connection; `nil` where it fails.
    func accept(_ socket: Int32) -> OpaquePointer? {
        let ssl = SSL_new(context)
        SSL_set_fd(ssl, socket)
        if SSL_accept(ssl) == 1 { return ssl }
        SSL_free(ssl)
        // What the client has sent is read first: else a reset would overtake the alert that says why.
        shutdown(socket, Int32(SHUT_WR))
        var byte: UInt8 = 0
        while recv(socket, &byte, 1, 0) > 0 {}
        return nil
    }

    private static func withPEM(_ pem: String, _ body: (OpaquePointer?) -> Void) throws {
        let bytes = Array(pem.utf8)
        let bio = BIO_new_mem_buf(bytes, Int32(bytes.count))
        defer { BIO_free(bio) }
        withExtendedLifetime(bytes) { body(bio) }
    }
}

/// Certificates for all suites, made once.
enum TestCertificates {
    static let validity: CertificateValidity = {
        let now = time(nil)
        return CertificateValidity(notBefore: .seconds(now - 3600), notAfter: .seconds(now + 3600))
    }()
    static let authority = Result { try CertificateAuthority(commonName: "test authority", validity: validity) }
    static let stranger = Result { try CertificateAuthority(commonName: "test stranger", validity: validity) }
    static let loopback = Result { try authority.get().server(names: ["127.0.0.1"], validity: validity) }
}
