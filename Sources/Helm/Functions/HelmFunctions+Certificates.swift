import Cryptography
import Formats
import GoTemplate

extension HelmFunctions {
    /// Functions that make keys and certificates, other ones each time.
    static func certificates(_ source: any CertificateSource) -> [String: TemplateFunction] {
        let names: [GoType] = [.list(.any), .list(.any)]
        func signed(_ parameters: [GoType], keyAt place: Int? = nil, authorityAt authority: Int?) -> TemplateFunction {
            TemplateFunction(parameters: parameters, result: certificateType) { call in
                let (arguments, key): ([TemplateValue], Int?) = (call.arguments, place)
                var request: CertificateRequest = CertificateRequest(
                    commonName: arguments[0].text, names: try texts(arguments[1], "error parsing ip"))
                request.names += try texts(arguments[2], "error processing alternate dns name")
                request.days = arguments[3].int
                request.key = key.map { arguments[$0].text }
                request.authority = authority.map { identity(arguments[$0]) }
                return value(try source.certificate(request))
            }
        }
        func authority(_ parameters: [GoType], keyAt place: Int? = nil) -> TemplateFunction {
            TemplateFunction(parameters: parameters, result: certificateType) { call in
                var request: CertificateRequest = CertificateRequest(commonName: call.arguments[0].text)
                request.isAuthority = true
                request.days = call.arguments[1].int
                request.key = place.map { call.arguments[$0].text }
                return value(try source.certificate(request))
            }
        }
        return [
            "genPrivateKey": .text(.string) { Array(try source.privateKey($0[0].text).utf8) },
            "genCA": authority([.string, .int]),
            "genCAWithKey": authority([.string, .int, .string], keyAt: 2),
            "genSelfSignedCert": signed([.string] + names + [.int], authorityAt: nil),
            "genSelfSignedCertWithKey": signed([.string] + names + [.int, .string], keyAt: 4, authorityAt: nil),
            "genSignedCert": signed([.string] + names + [.int, certificateType], authorityAt: 4),
            "genSignedCertWithKey": signed(
                [.string] + names + [.int, certificateType, .string], keyAt: 5, authorityAt: 4),
            "buildCustomCert": .value(.string, .string, result: certificateType) { try custom($0[0], $0[1]) },
        ]
    }

    private static let certificateType: GoType = .structure("sprig.certificate")

    private static func value(_ identity: CertificateIdentity) -> TemplateValue {
        .object(
            TemplateObject(
                type: certificateType,
                content: .structure([
                    TemplateObject.Field("Cert", .text(identity.certificate)),
                    TemplateObject.Field("Key", .text(identity.key)),
                ])))
    }

    private static func identity(_ value: TemplateValue) -> CertificateIdentity {
        guard case .object(let object) = value, case .structure(let fields) = object.content else {
            return CertificateIdentity(certificate: "", key: "")
        }
        func text(_ name: TemplateString) -> String { fields.first { $0.name == name }?.value.text ?? "" }
        return CertificateIdentity(certificate: text("Cert"), key: text("Key"))
    }

    private static func texts(_ list: TemplateValue, _ complaint: String) throws -> [String] {
        guard case .list(let list) = list.underlying else { return [] }
        return try list.elements.map { element in
            guard case .string(let text) = element else {
                throw TemplateFunctionError("\(complaint): \(try element.printed().text) is not a string")
            }
            return text.text
        }
    }

    private static func custom(_ certificate: TemplateValue, _ key: TemplateValue) throws -> TemplateValue {
        guard let certificate = Base64.decode(certificate.text) else {
            throw TemplateFunctionError("unable to decode base64 certificate")
        }
        guard let key = Base64.decode(key.text) else {
            throw TemplateFunctionError("unable to decode base64 private key")
        }
        let identity: CertificateIdentity = CertificateIdentity(
            certificate: String(decoding: certificate, as: UTF8.self), key: String(decoding: key, as: UTF8.self))
        try identity.check()
        return value(identity)
    }
}
