import CCurl
import HTTPModel

extension EasyHandle {
    /// Sets everything that a plan says; what it does not say is as in a new handle.
    func apply(_ plan: TransferPlan) {
        setErrorText()
        set(CURLOPT_NOSIGNAL, 1)
        // A name that is still being resolved would keep the curl thread from letting go of its transfer.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_URL, plan.url)
        set(CURLOPT_PATH_AS_IS, 1)
        set(CURLOPT_HTTPHEADER, list: plan.headerLines)
        if let connectTo = plan.connectTo { set(CURLOPT_CONNECT_TO, list: [connectTo]) }
        if plan.compression { set(CURLOPT_ACCEPT_ENCODING, "gzip") }
        applyMethod(plan)
        applyConnection(plan)
        applyProxy(plan)
        if plan.isTLS || plan.proxy != nil { applyTLS(plan) }
    }

    private func applyMethod(_ plan: TransferPlan) {
        switch plan.method {
        case .head: set(CURLOPT_NOBODY, 1)
        case .get where plan.body.isEmpty: set(CURLOPT_HTTPGET, 1)
        case .delete where plan.body.isEmpty: set(CURLOPT_CUSTOMREQUEST, plan.method.rawValue)
        default:
            setBody(plan.body)
            set(CURLOPT_CUSTOMREQUEST, plan.method.rawValue)
        }
    }

    private func applyConnection(_ plan: TransferPlan) {
        let (seconds, attoseconds) = plan.connectTimeout.components
        let milliseconds = seconds.multipliedReportingOverflow(by: 1000)
        let total = milliseconds.overflow ? 3_600_000 : milliseconds.partialValue &+ attoseconds / 1_000_000_000_000_000
        set(CURLOPT_CONNECTTIMEOUT_MS, Int(min(max(total, 1), 3_600_000)))
        // Half a minute without a sign of the other side ends a connection that nothing is sent on.
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_TCP_KEEPIDLE, 15)
        set(CURLOPT_TCP_KEEPINTVL, 5)
        // libcurl lets one stream that waits for its receiver stop all of an HTTP/2 connection, and the receiver may
        // be waiting for another request on it: a stream has a connection of its own.
        if plan.isTLS && !plan.isStream {
            set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
            // Rather wait for a connection that may be shared than open another one.
            set(CURLOPT_PIPEWAIT, 1)
        } else {
            set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        }
    }

    private func applyProxy(_ plan: TransferPlan) {
        // An empty text keeps libcurl from reading the environment itself.
        set(CURLOPT_PROXY, plan.proxy?.url ?? "")
        set(CURLOPT_NOPROXY, "")
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        if let user = plan.proxy?.user { set(CURLOPT_PROXYUSERNAME, user) }
        if let password = plan.proxy?.password { set(CURLOPT_PROXYPASSWORD, password) }
    }

    private func applyTLS(_ plan: TransferPlan) {
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        switch plan.trust {
        case .system: break
        case .anyone:
            for option in [CURLOPT_SSL_VERIFYPEER, CURLOPT_SSL_VERIFYHOST] { set(option, 0) }
            for option in [CURLOPT_PROXY_SSL_VERIFYPEER, CURLOPT_PROXY_SSL_VERIFYHOST] { set(option, 0) }
        case .authorities(let pem):
            set(CURLOPT_CAINFO_BLOB, blob: pem)
            set(CURLOPT_PROXY_CAINFO_BLOB, blob: pem)
            // The system's directory would be trusted beside them.
            for option in [CURLOPT_CAPATH, CURLOPT_PROXY_CAPATH] { setNull(option) }
        }
        if let certificate = plan.clientCertificate {
            set(CURLOPT_SSLCERTTYPE, "PEM")
            set(CURLOPT_SSLCERT_BLOB, blob: certificate.certificate)
            set(CURLOPT_SSLKEYTYPE, "PEM")
            set(CURLOPT_SSLKEY_BLOB, blob: certificate.key)
        }
    }
}
