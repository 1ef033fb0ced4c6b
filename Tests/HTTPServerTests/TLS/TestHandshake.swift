import COpenSSL

@testable import HTTPServer

/// A client's end of a handshake, in memory.
final class TestHandshake {
    private let context: OpaquePointer
    private let ssl: OpaquePointer
    private let input: OpaquePointer
    private let output: OpaquePointer
    let server: TLSSession

    init?(_ server: TLSContext, protocols: [String] = [], version: Int32 = TLS1_3_VERSION) {
        guard let session = TLSSession(server), let context = SSL_CTX_new(TLS_client_method()),
            let ssl = SSL_new(context), let input = BIO_new(BIO_s_mem()), let output = BIO_new(BIO_s_mem())
        else { return nil }
        (self.server, self.context, self.ssl, self.input, self.output) = (session, context, ssl, input, output)
        SSL_ctrl(ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(version), nil)
        SSL_ctrl(ssl, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(version), nil)
        let list = protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        if !list.isEmpty { SSL_set_alpn_protos(ssl, list, UInt32(list.count)) }
        SSL_set_bio(ssl, input, output)
        SSL_set_connect_state(ssl)
    }

    deinit {
        SSL_free(ssl)
        SSL_CTX_free(context)
    }

    /// Whether both ends agree.
    func run() -> Bool {
        for _ in 0..<8 {
            let isDone = step()
            _ = server.receive(takeOutput())
            give(server.takeWire())
            if isDone { return server.isEstablished }
        }
        return false
    }

    /// One step of the client: whether it is done.
    func step() -> Bool { SSL_do_handshake(ssl) == 1 }

    func takeOutput() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(output))
        let count = bytes.isEmpty ? 0 : BIO_read(output, &bytes, Int32(bytes.count))
        return Array(bytes.prefix(Int(max(0, count))))
    }

    func give(_ bytes: [UInt8]) {
        if !bytes.isEmpty { BIO_write(input, bytes, Int32(bytes.count)) }
    }

    func write(_ text: String) { SSL_write(ssl, text, Int32(text.utf8.count)) }
}
