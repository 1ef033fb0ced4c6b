import COpenSSL

/// One connection's TLS, between bytes and bytes: no socket, no clock.
///
///     receive(wire) ──▶ OpenSSL ──▶ plaintext
///     takeWire()    ◀── OpenSSL ◀── send(plaintext)
final class TLSSession {
    enum State {
        /// The handshake is under way.
        case handshaking
        case established
        /// The client said that nothing more comes.
        case closed
        /// Nothing more can be said, but for what is still in the wire.
        case failed(isPlainHTTP: Bool)
    }

    private let ssl: OpaquePointer
    /// Owned by `ssl`.
    private let input: OpaquePointer
    private let output: OpaquePointer
    private(set) var state = State.handshaking
    // Kept alive for OpenSSL's callbacks.
    private let context: TLSContext

    init?(_ context: TLSContext) {
        guard let ssl = SSL_new(context.pointer) else { return nil }
        guard let input = BIO_new(BIO_s_mem()), let output = BIO_new(BIO_s_mem()) else {
            SSL_free(ssl)
            return nil
        }
        SSL_set_bio(ssl, input, output)
        SSL_set_accept_state(ssl)
        (self.ssl, self.input, self.output, self.context) = (ssl, input, output, context)
    }

    deinit { SSL_free(ssl) }

    /// Whether the handshake is done and nothing has failed since.
    var isEstablished: Bool {
        switch state {
        case .established, .closed: true
        case .handshaking, .failed: false
        }
    }

    /// The name that the client asked for; it is not checked against anything.
    var serverName: String? { Self.serverName(ssl) }

    static func serverName(_ ssl: OpaquePointer) -> String? {
        SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) }
    }

    /// Takes what came from the client, and gives what it says.
    func receive(_ bytes: some Collection<UInt8>) -> [UInt8] {
        let bytes = Array(bytes)
        guard BIO_write(input, bytes, Int32(clamping: bytes.count)) == bytes.count else {
            state = .failed(isPlainHTTP: false)
            return []
        }
        if case .handshaking = state { shakeHands() }
        return isEstablished ? readAll() : []
    }

    /// Encrypts; what comes of it is in the wire.
    func send(_ bytes: ArraySlice<UInt8>) {
        guard isEstablished, !bytes.isEmpty else { return }
        ERR_clear_error()
        let count = bytes.withUnsafeBytes { SSL_write(ssl, $0.baseAddress, Int32(clamping: $0.count)) }
        // The wire takes everything: less than all is a failure.
        if count != bytes.count { state = .failed(isPlainHTTP: false) }
    }

    /// Says that nothing more comes.
    func finish() {
        guard isEstablished else { return }
        ERR_clear_error()
        _ = SSL_shutdown(ssl)
    }

    /// What is to be sent to the client.
    func takeWire() -> [UInt8] {
        let count = BIO_ctrl_pending(output)
        guard count > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(0, Int(BIO_read(output, buffer.baseAddress, Int32(clamping: count))))
        }
    }

    private func shakeHands() {
        ERR_clear_error()
        let result = SSL_do_handshake(ssl)
        if result == 1 {
            state = .established
        } else if SSL_get_error(ssl, result) != SSL_ERROR_WANT_READ {
            let isPlainHTTP = ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_HTTP_REQUEST
            state = .failed(isPlainHTTP: isPlainHTTP)
        }
    }

    private func readAll() -> [UInt8] {
        var plain: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            ERR_clear_error()
            let count = SSL_read(ssl, &buffer, Int32(buffer.count))
            guard count > 0 else {
                switch SSL_get_error(ssl, count) {
                case SSL_ERROR_WANT_READ: break
                case SSL_ERROR_ZERO_RETURN: state = .closed
                default: state = .failed(isPlainHTTP: false)
                }
                return plain
            }
            plain += buffer[..<Int(count)]
        }
    }
}

// MARK: - Whom the client has proven to be

extension TLSSession {
    var client: TLSClient {
        guard let certificate = SSL_get1_peer_certificate(ssl) else { return .unknown }
        defer { X509_free(certificate) }
        guard SSL_get_verify_result(ssl) == Int(X509_V_OK) else { return .untrusted }
        let subject = X509_get_subject_name(certificate)
        return .certificate(
            commonName: Self.entries(subject, NID_commonName).first ?? "",
            organizations: Self.entries(subject, NID_organizationName))
    }

    private static func entries(_ name: OpaquePointer?, _ kind: Int32) -> [String] {
        var entries: [String] = []
        var index = X509_NAME_get_index_by_NID(name, kind, -1)
        while index >= 0, let entry = X509_NAME_get_entry(name, index) {
            var text: UnsafeMutablePointer<UInt8>?
            let count = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(entry))
            if let text, count >= 0 {
                entries.append(String(decoding: UnsafeBufferPointer(start: text, count: Int(count)), as: UTF8.self))
                CRYPTO_free(text, nil, 0)
            }
            index = X509_NAME_get_index_by_NID(name, kind, index)
        }
        return entries
    }
}
