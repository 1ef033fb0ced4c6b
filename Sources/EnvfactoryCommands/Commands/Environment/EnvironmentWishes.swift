import EnvironmentAPI
import Formats

/// An amount of the quota, as `--quota` takes it.
struct QuotaWish: Sendable, Hashable {
    var resource: String
    var amount: Quantity
}

/// What the options of `create` and `up` say an environment shall be.
struct EnvironmentWishes: Sendable {
    static let environmentClass = Valued<String>(
        "class", "name", "Its EnvironmentClass; 'envfactory class list' shows them.")
    static let ttl = Valued<Duration>(
        "ttl", "duration", "How long it lives from its creation, such as 24h; the class's default unless given.")
    static let parameters = Valued<KeyAndValue>(
        pairs: "param", "name=value", "A parameter of the class; may be given several times.")
    static let quota = Valued<QuotaWish>(
        "quota", "resource=amount", isRepeated: true, "A limit below the class's, such as pods=10; several times."
    ) { text throws(InvalidValue) in
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { throw InvalidValue("write it as pods=10") }
        do throws(FormatError) {
            return QuotaWish(resource: String(parts[0]), amount: try Quantity(String(parts[1])))
        } catch {
            throw InvalidValue(error.message)
        }
    }
    static let access = Valued<Subject>(
        subjects: "access", "Who may use it; the namespace's service accounts unless given; several times.")

    static let options: [any CommandOption] = [environmentClass, ttl, parameters, quota, access]

    var className: String?
    var ttl: Duration?
    var parameters: [KeyAndValue]
    var quota: [QuotaWish]
    var access: [Subject]

    init(_ arguments: ParsedArguments) {
        className = arguments[Self.environmentClass]
        ttl = arguments[Self.ttl]
        parameters = arguments.all(Self.parameters)
        quota = arguments.all(Self.quota)
        access = arguments.all(Self.access)
    }

    /// Writes the wishes over what a file may have said.
    ///
    /// The class says of which type a parameter is; without it, what reads as a number or a boolean is one.
    func apply(to spec: inout Environment.Spec, _ environmentClass: EnvironmentClass?) {
        if let className { spec.environmentClassName = className }
        if let ttl { spec.ttl = ttl }
        for wish in quota { spec.quota[wish.resource] = wish.amount }
        if !access.isEmpty { spec.access = access }
        for pair in parameters {
            let known = environmentClass?.spec.parameters.first { $0.name == pair.key }
            spec.parameters[pair.key] = Self.value(pair.value, known?.type)
        }
    }

    /// What cannot be read as its type stays a string, so that the check of the class can say what is wrong.
    private static func value(_ text: String, _ type: EnvironmentClass.Parameter.Kind?) -> JSONValue {
        switch type {
        case .string: .string(text)
        case .integer: Int64(text).map(JSONValue.integer) ?? .string(text)
        case .boolean: boolean(text) ?? .string(text)
        case nil: Int64(text).map(JSONValue.integer) ?? boolean(text) ?? .string(text)
        }
    }

    private static func boolean(_ text: String) -> JSONValue? {
        text == "true" ? .bool(true) : text == "false" ? .bool(false) : nil
    }
}
