/// What a server accepts before it refuses.
package struct HTTPServerLimits: Sendable, Hashable {
    /// Bytes of the request line and all header fields.
    package var headBytes = 16 << 10
    package var headerFields = 100
    package var bodyBytes = 1 << 20
    /// Bytes of the bodies of all requests that are being received or answered; a request beyond them is refused.
    ///
    /// Each counts as long as it says that it is. `nil`: as many as the connections may bring.
    package var bodyBytesAtOnce: Int?
    /// Connections open at once; one more waits in the kernel's queue.
    package var connections = 128
    /// How long a client may take to send a request, to read a response, or to stay idle between the two.
    package var idle: Duration = .seconds(15)
    /// How long a client may take for a TLS handshake.
    package var handshake: Duration = .seconds(10)

    package init() {}
}
