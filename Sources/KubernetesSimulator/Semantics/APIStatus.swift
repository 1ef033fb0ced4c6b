import Formats

/// A refusal in the API server's own words: becomes a `Status` body.
struct APIStatus: Error, Sendable, Hashable {
    struct Cause: Sendable, Hashable {
        var reason: String
        var message: String
        var field: String
    }

    var code: Int
    /// `metadata.status` reads `Failure`; this is the machine's word for why.
    var reason: String
    var message: String
    var name: String?
    var group: String?
    var kind: String?
    var uid: String?
    var causes: [Cause] = []
    var retryAfterSeconds: Int?
    /// Only with an expired continue token: where an inconsistent list would go on.
    var continueToken: String?

    init(_ code: Int, _ reason: String, _ message: String) {
        self.code = code
        self.reason = reason
        self.message = message
    }

    /// An error about one object, or about a kind where `name` is empty.
    init(_ code: Int, _ reason: String, _ message: String, about resource: NamedResource, name: String) {
        self.init(code, reason, message)
        self.name = name.isEmpty ? nil : name
        group = resource.group.isEmpty ? nil : resource.group
        kind = resource.word.isEmpty ? nil : resource.word
    }
}

/// What an error calls a kind: sometimes its plural, sometimes its kind, with its group.
struct NamedResource: Sendable, Hashable {
    var group: String
    var word: String

    /// `deployments.apps`.
    var qualified: String { group.isEmpty ? word : "\(word).\(group)" }
}

extension APIStatus {
    var json: JSONValue {
        var metadata: JSONValue = [:]
        if let continueToken { metadata["continue"] = .string(continueToken) }
        var body: JSONValue = ["kind": "Status", "apiVersion": "v1", "metadata": metadata, "status": "Failure"]
        body["message"] = .string(message)
        if !reason.isEmpty { body["reason"] = .string(reason) }
        if let details { body["details"] = details }
        body["code"] = .integer(Int64(code))
        return body
    }

    /// Refusals before any object was looked at have details, even where there is nothing to say.
    private static let alwaysDetailed: Set<Int> = [403, 404, 405, 422]

    /// A code that stands for itself (`415: Unsupported Media Type`) has them too.
    private var isDetailed: Bool { Self.alwaysDetailed.contains(code) || message.hasPrefix("\(code): ") }

    private var details: JSONValue? {
        var details = JSONObject()
        details["name"] = name.map(JSONValue.string)
        details["group"] = group.map(JSONValue.string)
        details["kind"] = kind.map(JSONValue.string)
        details["uid"] = uid.map(JSONValue.string)
        if !causes.isEmpty { details["causes"] = .array(causes.map(\.json)) }
        details["retryAfterSeconds"] = retryAfterSeconds.map { .integer(Int64($0)) }
        return details.isEmpty && !isDetailed ? nil : .object(details)
    }
}

extension APIStatus.Cause {
    var json: JSONValue {
        var cause: JSONValue = ["reason": .string(reason), "message": .string(message)]
        if !field.isEmpty { cause["field"] = .string(field) }
        return cause
    }
}

// MARK: - The refusals that have a name

extension APIStatus {
    static func badRequest(_ message: String) -> APIStatus { APIStatus(400, "BadRequest", message) }

    static func notFound(_ resource: NamedResource, _ name: String) -> APIStatus {
        APIStatus(404, "NotFound", "\(resource.qualified) \"\(name)\" not found", about: resource, name: name)
    }

    /// No part of the server knows the path: said in plain text.
    static let noSuchPage = APIStatus(404, "", "404 page not found")

    static let noSuchResource = APIStatus(404, "NotFound", "the server could not find the requested resource")

    static func alreadyExists(_ resource: NamedResource, _ name: String) -> APIStatus {
        APIStatus(409, "AlreadyExists", "\(resource.qualified) \"\(name)\" already exists", about: resource, name: name)
    }

    static func conflict(_ resource: NamedResource, _ name: String, _ why: String) -> APIStatus {
        let message = "Operation cannot be fulfilled on \(resource.qualified) \"\(name)\": \(why)"
        return APIStatus(409, "Conflict", message, about: resource, name: name)
    }

    static func modified(_ resource: NamedResource, _ name: String) -> APIStatus {
        let why =
            "the object has been modified; please apply your changes to the latest version and try again"
        return conflict(resource, name, why)
    }

    static func forbidden(_ resource: NamedResource, _ name: String, _ why: String) -> APIStatus {
        let what = name.isEmpty ? resource.qualified : "\(resource.qualified) \"\(name)\""
        return APIStatus(403, "Forbidden", "\(what) is forbidden: \(why)", about: resource, name: name)
    }

    static let methodNotAllowed = APIStatus(
        405, "MethodNotAllowed", "the server does not allow this method on the requested resource")

    static func expired(_ message: String) -> APIStatus { APIStatus(410, "Expired", message) }

    static let unsupportedPatch = APIStatus(415, "UnsupportedMediaType", "415: Unsupported Media Type")

    static let unsupportedBody = APIStatus(
        415, "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include: application/json, "
            + "application/yaml")

    /// Something inside the server met what it did not expect.
    static func internalError(_ message: String) -> APIStatus { APIStatus(500, "", message) }

    /// What a field error list makes of an object: all that is wrong, at once.
    static func invalid(_ kind: NamedResource, _ name: String, _ errors: [FieldError]) -> APIStatus {
        // What several rules say is said once, and remains several causes.
        let texts = errors.indices.filter { errors.firstIndex(of: errors[$0]) == $0 }.map { errors[$0].text }
        let list = texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
        let message = "\(kind.qualified) \"\(name)\" is invalid: \(list)"
        var status = APIStatus(422, "Invalid", message, about: kind, name: name)
        status.causes = errors.map { Cause(reason: $0.type.rawValue, message: $0.body, field: $0.field) }
        return status
    }
}

/// One field that is wrong, in the words of apimachinery's `field.Error`.
struct FieldError: Sendable, Hashable {
    enum Kind: String, Sendable, Hashable {
        case required = "FieldValueRequired"
        case invalid = "FieldValueInvalid"
        case notSupported = "FieldValueNotSupported"
        case duplicate = "FieldValueDuplicate"
        case forbidden = "FieldValueForbidden"
        case tooLong = "FieldValueTooLong"
        case tooMany = "FieldValueTooMany"
        case notFound = "FieldValueNotFound"
    }

    var type: Kind
    var field: String
    /// The message without the field.
    var body: String

    var text: String { "\(field): \(body)" }

    static func required(_ field: String, _ why: String = "") -> FieldError {
        FieldError(type: .required, field: field, body: why.isEmpty ? "Required value" : "Required value: \(why)")
    }

    static func invalid(_ field: String, _ value: JSONValue, _ why: String) -> FieldError {
        FieldError(type: .invalid, field: field, body: "Invalid value: \(value.text()): \(why)")
    }

    static func immutable(_ field: String, _ value: JSONValue) -> FieldError {
        invalid(field, value, "field is immutable")
    }

    static func notSupported(_ field: String, _ value: JSONValue, _ supported: [String]) -> FieldError {
        let list = supported.map { "\"\($0)\"" }.joined(separator: ", ")
        return FieldError(
            type: .notSupported, field: field, body: "Unsupported value: \(value.text()): supported values: \(list)")
    }

    static func forbidden(_ field: String, _ why: String) -> FieldError {
        FieldError(type: .forbidden, field: field, body: "Forbidden: \(why)")
    }

    static func tooLong(_ field: String, limit: Int) -> FieldError {
        FieldError(type: .tooLong, field: field, body: "Too long: must have at most \(limit) bytes")
    }

    static func duplicate(_ field: String, _ value: JSONValue) -> FieldError {
        FieldError(type: .duplicate, field: field, body: "Duplicate value: \(value.text())")
    }
}
