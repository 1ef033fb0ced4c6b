package import HTTPModel

extension CurlTransport {
    /// What a transport is told once.
    package struct Configuration: Sendable {
        /// Where requests go whose target is a path; without one, every target has to be a whole URL.
        package var server: ServerURL?
        package var tls = TLSConfiguration()
        package var proxy = Proxy.none
        package var limits = Limits()
        /// How long an exchange may take whose request does not say.
        package var timeout: Duration = .seconds(30)
        /// How long it may take to reach the server, TLS included.
        package var connectTimeout: Duration = .seconds(10)
        /// Whom requests to the server speak for; no other server ever sees it.
        package var credentials: (any CredentialSource)?
        package var userAgent = "envfactory"
        /// Whether whole responses may come compressed; streams never do.
        package var compression = true
        /// How many connections may be open to one server; over HTTP/2 one does for hundreds of requests.
        package var connections = 16

        /// Addresses, of four bytes or sixteen, to which no connection is opened, whatever name leads there.
        package var refusedAddresses: (@Sendable (_ address: [UInt8]) -> Bool)?

        package init(server: ServerURL?) { self.server = server }

        /// - Throws: ``HTTPTransportError`` of code `malformed` where the text is no server's URL.
        package init(server: String) throws(HTTPTransportError) { try self.init(server: ServerURL(server)) }
    }

    /// What is accepted of a response before it is refused.
    package struct Limits: Sendable, Hashable {
        package var headBytes = 64 << 10
        /// After decompression.
        package var bodyBytes = 64 << 20
        /// Of one line of a stream.
        package var lineBytes = 8 << 20
        /// How many bytes of whole lines wait for their receiver before the server is made to wait.
        package var bufferedBytes = 1 << 20

        package init() {}
    }

    /// How a server is reached.
    package enum Proxy: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
        case none
        /// Always through this proxy: `http`, `https` or `socks5`, as a kubeconfig's `proxy-url` has it.
        case url(String)
        /// As the environment says.
        case environment(ProxyEnvironment)

        // A proxy's URL may hold a password.
        package var description: String { self == .none ? "none" : "<redacted>" }
        package var customMirror: Mirror { Mirror(self, children: []) }
    }
}
