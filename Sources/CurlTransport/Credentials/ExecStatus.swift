import Formats
import HTTPModel

/// What an `exec` program printed, understood.
struct ExecStatus {
    var credential: Credential
    var expires: Timestamp?

    func isCurrent(at now: Timestamp) -> Bool { expires.map { now < $0 } ?? true }

    /// - Throws: ``HTTPTransportError`` of code `credential`, which shows nothing of what was printed.
    init(_ output: [UInt8], of configuration: ExecConfiguration) throws(HTTPTransportError) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: output)
        } catch {
            throw Self.wrong(configuration, "no JSON")
        }
        guard value["kind"]?.string == "ExecCredential" else { throw Self.wrong(configuration, "no ExecCredential") }
        guard let version = value["apiVersion"]?.string, version == configuration.apiVersion.rawValue else {
            throw Self.wrong(configuration, "an ExecCredential of another version than the kubeconfig asks for")
        }
        guard let status = value["status"], status.object != nil else {
            throw Self.wrong(configuration, "an ExecCredential without status")
        }
        credential = Credential()
        if let token = try Self.text(status, "token", configuration) { credential = .bearer(token) }
        let certificate = try Self.text(status, "clientCertificateData", configuration)
        let key = try Self.text(status, "clientKeyData", configuration)
        switch (certificate, key) {
        case (let certificate?, let key?):
            credential.clientCertificate = ClientCertificate(certificate: certificate, key: key)
        case (nil, nil): break
        default: throw Self.wrong(configuration, "a certificate without its key, or a key without its certificate")
        }
        guard credential != Credential() else {
            throw Self.wrong(configuration, "an ExecCredential with neither token nor certificate")
        }
        guard let time = try Self.text(status, "expirationTimestamp", configuration) else { return }
        do {
            expires = try Timestamp(time)
        } catch {
            throw Self.wrong(configuration, "an expirationTimestamp that is no RFC 3339 time")
        }
    }

    /// The text of a member; an empty one counts as none.
    private static func text(
        _ status: JSONValue,
        _ key: String,
        _ configuration: ExecConfiguration
    ) throws(HTTPTransportError) -> String? {
        guard let member = status[key], !member.isNull else { return nil }
        guard let text = member.string else { throw wrong(configuration, "a status whose \(key) is no text") }
        return text.isEmpty ? nil : text
    }

    private static func wrong(_ configuration: ExecConfiguration, _ what: String) -> HTTPTransportError {
        HTTPTransportError(
            .credential,
            "exec program \(configuration.command) printed \(what): it has to print an ExecCredential of"
                + " \(configuration.apiVersion.rawValue); update it, or correct apiVersion in the kubeconfig"
        )
    }
}
