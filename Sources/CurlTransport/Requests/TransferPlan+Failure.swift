import CCurl
import HTTPModel

extension TransferPlan {
    /// What libcurl said of this request, and its meaning.
    func failure(_ code: CURLcode, of easy: EasyHandle, wasSent: Bool) -> HTTPTransportError {
        let failure = TransferFailure(
            code: code,
            detail: easy.detail(of: code),
            systemError: Int32(truncatingIfNeeded: easy.number(CURLINFO_OS_ERRNO)),
            wasSent: wasSent,
            authority: authority,
            proxy: proxy?.authority,
            label: label,
            advice: advice,
            connectTimeout: connectTimeout,
            refusesAddresses: refusesAddresses
        )
        return failure.error
    }

    /// The error of a deadline that passed.
    func timeout(wasConnected: Bool) -> HTTPTransportError {
        wasConnected
            ? HTTPTransportError(.timedOut, "\(authority) did not answer \(label) in time: \(advice)")
            : HTTPTransportError(
                .unreachable,
                "there was no connection to \(authority) in time for \(label): check the address and the network, or "
                    + "allow more time")
    }
}
