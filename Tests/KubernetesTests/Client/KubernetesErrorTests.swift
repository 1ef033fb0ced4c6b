import Formats
import HTTPModel
import Kubernetes
import Testing

@Suite("Errors of the API")
struct KubernetesErrorTests {
    private func error(
        _ status: Int,
        _ body: JSONValue,
        headers: HTTPHeaders = [:]
    ) -> KubernetesError {
        KubernetesError(response: HTTPResponse(status: status, headers: headers, body: body.encoded()))
    }

    private func status(_ reason: String, _ message: String = "m", _ details: JSONValue? = nil) -> JSONValue {
        var json: JSONValue = ["kind": "Status", "apiVersion": "v1", "status": "Failure"]
        json["reason"] = .string(reason)
        json["message"] = .string(message)
        json["details"] = details
        return json
    }

    @Test(
        "take their code from the reason, and from the status where there is none",
        arguments: [
            (400, "BadRequest", .badRequest), (401, "Unauthorized", .unauthorized), (403, "Forbidden", .forbidden),
            (404, "NotFound", .notFound), (405, "MethodNotAllowed", .methodNotAllowed),
            (406, "NotAcceptable", .methodNotAllowed), (415, "UnsupportedMediaType", .methodNotAllowed),
            (409, "AlreadyExists", .alreadyExists), (409, "Conflict", .conflict), (409, "", .conflict),
            (410, "Gone", .expired), (410, "Expired", .expired), (422, "Invalid", .invalid),
            (429, "TooManyRequests", .tooManyRequests), (413, "RequestEntityTooLarge", .tooLarge),
            (500, "InternalError", .internalError), (500, "ServerTimeout", .timeout), (504, "Timeout", .timeout),
            (503, "ServiceUnavailable", .serviceUnavailable), (502, "", .serviceUnavailable),
            (500, "SomethingNew", .internalError), (418, "", .unknown), (302, "", .malformedResponse),
        ] as [(Int, String, KubernetesError.Code)]
    )
    func codes(_ http: Int, _ reason: String, _ code: KubernetesError.Code) {
        #expect(error(http, status(reason)).code == code)
        #expect(error(http, status(reason)).status == http)
        // Without a Status only the HTTP status speaks.
        #expect(error(http, "no status").code == KubernetesError.Code(httpStatus: http))
    }

    @Test("keep the message, the causes and what the Status is about")
    func details() {
        let details: JSONValue = [
            "name": "b", "group": "apps", "kind": "deployments", "retryAfterSeconds": 3,
            "causes": [["reason": "FieldValueInvalid", "field": "spec.a", "message": "no\u{1b}[31m"], 7],
        ]
        let error = error(422, status("Invalid", "two\nlines \u{202e}gnp\u{7f}", details))
        #expect(error.message == "two\\nlines \\u{202e}gnp\\u{7f}")
        #expect(
            error.causes == [
                .init(reason: "FieldValueInvalid", field: "spec.a", message: "no\\u{1b}[31m"),
                .init(reason: "", field: "", message: ""),
            ])
        #expect(error.subject == .init(group: "apps", kind: "deployments", name: "b"))
        #expect(error.retryAfter == .seconds(3))
        #expect(error.description == error.message)
    }

    @Test("leave out the body that an older server quotes when it cannot read it")
    func quotedBody() {
        let message = "cannot be handled: illegal base64, error found in #10 byte of ...|:\"aHVudGVyMg==\"|..., bigger"
        let error = error(400, status("BadRequest", message))
        #expect(error.message == "cannot be handled: illegal base64 (the quoted body is left out)")
    }

    @Test("bound what a server may say")
    func bounds() {
        let causes = JSONValue.array(Array(repeating: ["reason": "r"], count: 1000))
        let error = error(422, status("Invalid", String(repeating: "x", count: 100_000), ["causes": causes]))
        #expect(error.message.count == 4097)
        #expect(error.causes.count == 100)
        let huge = HTTPResponse(status: 500, body: Array(repeating: UInt8(ascii: "["), count: 2 << 20))
        #expect(KubernetesError(response: huge).code == .internalError)
    }

    @Test(
        "wait as long as the server wishes: the longer of header and details, at most a day",
        arguments: [
            ("7", nil, .seconds(7)), (nil, 4, .seconds(4)), ("2", 9, .seconds(9)), ("9", 2, .seconds(9)),
            ("-1", nil, nil), ("soon", nil, nil), (nil, -5, nil), ("0", nil, .zero),
            ("9223372036854775807", nil, .seconds(86400)), ("99999999999999999999", nil, nil),
            ("Sun, 06 Nov 1994 08:50:07 GMT", nil, .seconds(30)), ("Sun, 06 Nov 1994 08:49:00 GMT", nil, .zero),
        ] as [(String?, Int64?, Duration?)]
    )
    func retryAfter(_ header: String?, _ detail: Int64?, _ wait: Duration?) {
        var headers: HTTPHeaders = ["Date": "Sun, 06 Nov 1994 08:49:37 GMT"]
        headers["retry-after"] = header
        var details: JSONValue = [:]
        details["retryAfterSeconds"] = detail.map(JSONValue.integer)
        #expect(error(429, status("TooManyRequests", "m", details), headers: headers).retryAfter == wait)
    }

    @Test("say that an object is missing only where the API server itself does")
    func missing() {
        let key = ObjectKey(.configMaps, namespace: "a", name: "b")
        #expect(error(404, status("NotFound", "m", ["name": "b", "kind": "configmaps"])).saysThatIsMissing(key))
        #expect(
            !error(404, status("NotFound", "the server could not find the requested resource", [:])).saysThatIsMissing(
                key))
        #expect(!error(404, status("NotFound", "m", ["name": "a", "kind": "namespaces"])).saysThatIsMissing(key))
        #expect(!error(404, "404 page not found").saysThatIsMissing(key))
        #expect(!error(403, status("Forbidden", "m", ["name": "b"])).saysThatIsMissing(key))
    }

    @Test("name what the transport could not do", arguments: HTTPTransportError.Code.allCases)
    func transport(_ code: HTTPTransportError.Code) {
        let error = KubernetesError(HTTPTransportError(code, "a\nb"))
        #expect(error.message == "a\\nb")
        #expect(error.status == nil)
        let expected: KubernetesError.Code =
            switch code {
            case .unreachable: .unreachable
            case .untrusted: .untrusted
            case .timedOut: .timeout
            case .interrupted, .closed: .interrupted
            case .tooLarge: .tooLarge
            case .malformed: .malformedResponse
            case .credential: .configuration
            }
        #expect(error.code == expected)
    }

    @Test("know when a write may have happened")
    func outcomes() {
        let unknown: Set<KubernetesError.Code> = [
            .internalError, .serviceUnavailable, .timeout, .interrupted, .malformedResponse, .tooLarge, .unknown,
        ]
        for code in KubernetesError.Code.allCases {
            #expect(code.leavesOutcomeUnknown == unknown.contains(code), "\(code)")
        }
    }
}

@Suite("Dispositions")
struct DispositionTests {
    @Test("exist for every code", arguments: KubernetesError.Code.allCases)
    func codes(_ code: KubernetesError.Code) {
        let outside = Disposition.recheck(after: .seconds(30))
        let expected: Disposition =
            switch code {
            case .badRequest, .methodNotAllowed, .invalid, .tooLarge: .terminal
            case .forbidden, .untrusted, .configuration: outside
            case .tooManyRequests: .recheck(after: .milliseconds(800))
            case .unauthorized, .notFound, .alreadyExists, .conflict, .expired, .internalError, .serviceUnavailable,
                .timeout, .unreachable, .interrupted, .malformedResponse, .unknown:
                .retry
            }
        #expect(Disposition.disposition(of: KubernetesError(code, "")) == expected)
        let told = Disposition.disposition(of: KubernetesError(code, "", retryAfter: .seconds(90)))
        #expect(told == (expected == .terminal ? .terminal : .recheck(after: .seconds(90))))
    }

    @Test("of what others throw")
    func others() {
        struct Other: Error {}
        #expect(Disposition.disposition(of: CancellationError()) == .terminal)
        #expect(Disposition.disposition(of: HTTPTransportError(.unreachable, "")) == .retry)
        #expect(Disposition.disposition(of: HTTPTransportError(.credential, "")) == .recheck(after: .seconds(30)))
        #expect(Disposition.disposition(of: Other()) == .retry)
    }
}
