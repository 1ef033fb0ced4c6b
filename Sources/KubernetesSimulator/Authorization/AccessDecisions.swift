/// What was decided since a role or a binding last changed.
struct AccessDecisions {
    struct Question: Hashable {
        var access: AccessRequest
        var user: String
        var groups: [String]
    }

    private var known: [Question: Bool] = [:]

    /// Names without an end are asked for where many objects come and go.
    private static let limit = 1_000

    subscript(question: Question) -> Bool? {
        get { known[question] }
        set {
            if known.count >= Self.limit { known = [:] }
            known[question] = newValue
        }
    }

    mutating func forget() { known = [:] }
}
