import CCurl
import Glibc
import HTTPModel

/// What libcurl said of a transfer that failed, and its meaning.
struct TransferFailure {
    var code: CURLcode
    /// libcurl's own words.
    var detail: String
    /// `errno` of the last attempt to connect.
    var systemError: Int32
    /// Whether the request may have reached the server.
    var wasSent: Bool
    /// `host:port` of the server.
    var authority: String
    /// `host:port` of the proxy that is connected to in the server's place, where there is one.
    var proxy: String?
    /// Method and path.
    var label: String
    /// What to do when no response came.
    var advice: String
    var connectTimeout: Duration
    /// Some addresses are refused, whatever name leads there.
    var refusesAddresses = false

    var error: HTTPTransportError {
        if let refusal = certificateRefusal { return refusal }
        let error = errorOfCode
        // libcurl has tried again over another connection, and what became of the first request is unknown.
        let meansUnsent = [.unreachable, .untrusted, .credential].contains(error.code)
        return wasSent && meansUnsent ? broken : error
    }

    private var errorOfCode: HTTPTransportError {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST:
            return HTTPTransportError(
                .unreachable, "the name in \(authority) is unknown: check the server's address and this machine's DNS"
            )
        case CURLE_COULDNT_RESOLVE_PROXY:
            return HTTPTransportError(
                .unreachable, "the proxy's name is unknown: check proxy-url in the kubeconfig, or HTTPS_PROXY"
            )
        case CURLE_COULDNT_CONNECT: return refusedConnection
        case CURLE_OPERATION_TIMEDOUT:
            return HTTPTransportError(
                .unreachable,
                "\(authority) let no connection through within \(connectTimeout): check the address,"
                    + " firewalls and the proxy"
            )
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR: return untrusted
        case CURLE_SSL_CERTPROBLEM:
            return HTTPTransportError(
                .credential,
                "the client certificate or its key cannot be used (\(detail)): check that both are PEM"
                    + " and belong together"
            )
        case CURLE_SSL_CONNECT_ERROR: return failedHandshake
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_BAD_CONTENT_ENCODING:
            return HTTPTransportError(.malformed, "\(authority) answers \(label) with no valid HTTP: \(detail)")
        case CURLE_OUT_OF_MEMORY, CURLcode(100):
            // What libcurl says of a header line that is too long for it: the second, `CURLE_TOO_LARGE`, from 8.6 on.
            return HTTPTransportError(
                .tooLarge, "a line in the head of \(authority)'s response to \(label) is too large for libcurl"
            )
        default: return broken
        }
    }

    private var refusedConnection: HTTPTransportError {
        let reason = systemError == 0 ? detail : String(cString: strerror(systemError))
        if let proxy {
            return HTTPTransportError(
                .unreachable,
                "no connection to the proxy \(proxy), by which \(authority) is reached (\(reason)): check proxy-url in the"
                    + " kubeconfig, or HTTPS_PROXY"
            )
        }
        guard systemError != ECONNREFUSED else {
            return HTTPTransportError(
                .unreachable, "connection refused by \(authority): is its server running, and the port right?"
            )
        }
        if refusesAddresses, systemError == 0 {
            return HTTPTransportError(
                .unreachable, "\(authority) leads to addresses alone that may not be asked: give it one of its own")
        }
        return HTTPTransportError(
            .unreachable, "no connection to \(authority) (\(reason)): check the address and the network"
        )
    }

    private var untrusted: HTTPTransportError {
        if detail.contains("subject name") || detail.contains("does not match") {
            return HTTPTransportError(
                .untrusted,
                "\(authority) shows a certificate for another name (\(detail)): use the name it is for,"
                    + " or set tls-server-name"
            )
        }
        return HTTPTransportError(
            .untrusted, "the certificate of \(authority) is not trusted (\(detail)): check certificate-authority-data"
        )
    }

    private var failedHandshake: HTTPTransportError {
        if detail.contains("wrong version number") || detail.contains("packet length too long")
            || detail.contains("http request") || detail.contains("record layer")
        {
            return HTTPTransportError(
                .malformed, "\(authority) speaks no TLS: is the URL's scheme http, or the port another one?"
            )
        }
        return HTTPTransportError(.unreachable, "no TLS with \(authority): \(detail)")
    }

    /// An alert of TLS by which a server refuses our certificate, or the lack of one.
    ///
    /// With TLS 1.3 it comes when the request was written already; the server has not read it.
    private var certificateRefusal: HTTPTransportError? {
        let alerts = [
            "certificate required", "alert bad certificate", "alert unknown ca", "alert certificate unknown",
            "alert certificate expired", "alert certificate revoked", "alert unsupported certificate",
            "alert handshake failure", "alert access denied",
        ]
        guard code == CURLE_SSL_CLIENTCERT || alerts.contains(where: detail.contains) else { return nil }
        return HTTPTransportError(
            .untrusted,
            "\(authority) refuses our client certificate, or asks for one (\(detail)): check"
                + " client-certificate-data in the kubeconfig"
        )
    }

    private var broken: HTTPTransportError {
        guard wasSent else {
            return HTTPTransportError(.unreachable, "no connection to \(authority) for \(label): \(detail)")
        }
        return HTTPTransportError(
            .interrupted,
            "the connection to \(authority) broke before the response to \(label) was whole (\(detail)): \(advice)"
        )
    }
}
