import COpenSSL

/// What all handshakes of one server have in common.
///
/// TLS 1.2 and newer, `http/1.1`, no renegotiation, no resumption: each connection proves everything anew.
///
/// `@unchecked`: OpenSSL's context is shared by threads as OpenSSL allows, and never changed once it is made.
final class TLSContext: @unchecked Sendable {
    let pointer: OpaquePointer
    private let named: (@Sendable (String) -> TLSServerConfiguration?)?
    private let asksClients: Bool

    init(_ configuration: TLSServerConfiguration) throws(HTTPServerError) {
        guard let pointer = SSL_CTX_new(TLS_server_method()) else { throw .openSSL("cannot make a TLS context") }
        self.pointer = pointer
        named = configuration.named
        asksClients = configuration.clientAuthorities != nil
        SSL_CTX_ctrl(pointer, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
        SSL_CTX_ctrl(pointer, SSL_CTRL_SET_SESS_CACHE_MODE, Int(SSL_SESS_CACHE_OFF), nil)
        SSL_CTX_set_num_tickets(pointer, 0)
        SSL_CTX_set_options(pointer, Self.options)
        try use(certificates: configuration.certificates)
        try use(key: configuration.key)
        if let authorities = configuration.clientAuthorities { try trust(authorities) }
        SSL_CTX_set_alpn_select_cb(pointer, Self.selectProtocol, nil)
        // Only for the time of a handshake, which the server that owns this context drives.
        if named != nil { SSL_CTX_set_cert_cb(pointer, Self.selectServer, Unmanaged.passUnretained(self).toOpaque()) }
        setVerification { SSL_CTX_set_verify(pointer, $0, $1) }
    }

    deinit { SSL_CTX_free(pointer) }

    /// `SSL_OP_NO_TICKET`, `SSL_OP_NO_RENEGOTIATION` and `SSL_OP_NO_COMPRESSION`, which are macros that Swift cannot see.
    private static let options: UInt64 = 1 << 14 | 1 << 30 | 1 << 17

    // MARK: - Certificates

    private func use(certificates pem: [UInt8]) throws(HTTPServerError) {
        let chain = try Self.certificates(pem)
        defer { for certificate in chain { X509_free(certificate) } }
        guard let own = chain.first, SSL_CTX_use_certificate(pointer, own) == 1 else {
            throw .openSSL("the server's certificate cannot be used")
        }
        for authority in chain.dropFirst() {
            // Takes a reference of its own (`SSL_CTX_add1_chain_cert`).
            guard SSL_CTX_ctrl(pointer, SSL_CTRL_CHAIN_CERT, 1, UnsafeMutableRawPointer(authority)) == 1 else {
                throw .openSSL("the certificates beside the server's cannot be used")
            }
        }
    }

    private func use(key pem: [UInt8]) throws(HTTPServerError) {
        // The empty pass phrase keeps OpenSSL from asking for one on the terminal.
        let phrase: [CChar] = [0]
        let key = Self.reading(pem) { bio in
            phrase.withUnsafeBytes {
                PEM_read_bio_PrivateKey(bio, nil, nil, UnsafeMutableRawPointer(mutating: $0.baseAddress))
            }
        }
        defer { EVP_PKEY_free(key) }
        guard let key, SSL_CTX_use_PrivateKey(pointer, key) == 1 else {
            throw .openSSL("the server's key is no unencrypted PEM key of its certificate")
        }
    }

    private func trust(_ pem: [UInt8]) throws(HTTPServerError) {
        for authority in try Self.certificates(pem) {
            defer { X509_free(authority) }
            guard X509_STORE_add_cert(SSL_CTX_get_cert_store(pointer), authority) == 1,
                SSL_CTX_add_client_CA(pointer, authority) == 1
            else { throw .openSSL("the clients' authority cannot be used") }
        }
    }

    private static func certificates(_ pem: [UInt8]) throws(HTTPServerError) -> [OpaquePointer] {
        let certificates: [OpaquePointer] = reading(pem) { bio in
            var certificates: [OpaquePointer] = []
            while let next = PEM_read_bio_X509(bio, nil, nil, nil) { certificates.append(next) }
            return certificates
        }
        guard !certificates.isEmpty else {
            throw .openSSL("no certificate in the text; it should begin with -----BEGIN CERTIFICATE-----")
        }
        ERR_clear_error()
        return certificates
    }

    private static func reading<Value>(_ pem: [UInt8], _ body: (OpaquePointer?) -> Value) -> Value {
        pem.withUnsafeBytes { bytes in
            let bio = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count))
            defer { BIO_free(bio) }
            return body(bio)
        }
    }

    // MARK: - Choices within a handshake

    /// Takes any certificate: what it proves is looked at after the handshake, as Kubernetes does.
    private func setVerification(_ set: (Int32, @escaping @convention(c) (Int32, OpaquePointer?) -> Int32) -> Void) {
        set(asksClients ? SSL_VERIFY_PEER : SSL_VERIFY_NONE) { _, _ in 1 }
    }

    /// Continues as the server that the client asked for, where there is one.
    private static let selectServer: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Int32 = { ssl, own in
        guard let ssl, let own, let name = TLSSession.serverName(ssl) else { return 1 }
        let context = Unmanaged<TLSContext>.fromOpaque(own).takeUnretainedValue()
        guard let configuration = context.named?(name) else { return 1 }
        do {
            let other = try TLSContext(configuration)
            // The session keeps OpenSSL's context; only a context with names of its own is asked anything later.
            guard other.named == nil, SSL_set_SSL_CTX(ssl, other.pointer) != nil else { return 0 }
            other.setVerification { SSL_set_verify(ssl, $0, $1) }
            return 1
        } catch {
            return 0
        }
    }

    private typealias ProtocolSelection =
        @convention(c) (
            OpaquePointer?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?, UnsafeMutablePointer<UInt8>?,
            UnsafePointer<UInt8>?, UInt32, UnsafeMutableRawPointer?
        ) -> Int32

    /// Finds `http/1.1` in the client's list; a client that names others only is told that there is none of them.
    private static let selectProtocol: ProtocolSelection = { _, chosen, length, offered, count, _ in
        guard let chosen, let length, let offered else { return SSL_TLSEXT_ERR_NOACK }
        let list = UnsafeBufferPointer(start: offered, count: Int(count))
        var start = 0
        while start < list.count {
            let end = start + 1 + Int(list[start])
            guard end <= list.count else { break }
            if list[(start + 1)..<end].elementsEqual("http/1.1".utf8) {
                chosen.pointee = offered + start + 1
                length.pointee = UInt8(end - start - 1)
                return SSL_TLSEXT_ERR_OK
            }
            start = end
        }
        return SSL_TLSEXT_ERR_ALERT_FATAL
    }
}

extension HTTPServerError {
    /// What OpenSSL says last, behind what it was wanted for.
    static func openSSL(_ what: String) -> HTTPServerError {
        var text = [CChar](repeating: 0, count: 256)
        ERR_error_string_n(ERR_get_error(), &text, text.count)
        ERR_clear_error()
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return HTTPServerError(description: "\(what) (\(String(decoding: bytes, as: UTF8.self)))")
    }
}
