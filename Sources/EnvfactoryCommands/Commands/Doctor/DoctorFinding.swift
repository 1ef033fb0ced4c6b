import Formats

/// What was found where one looked, and what to do about it.
struct DoctorFinding: Sendable, Hashable {
    enum Grade: String, Sendable, Hashable, CaseIterable {
        case ok
        /// It works, and somebody should know.
        case warning
        /// It does not work.
        case failure
        /// The user may not look, or the server did not say.
        case unknown
    }

    var check: String
    var grade: Grade
    var message: String
    var advice: String?

    init(_ check: String, _ grade: Grade, _ message: String, advice: String? = nil) {
        (self.check, self.grade, self.message, self.advice) = (check, grade, message, advice)
    }

    var json: JSONValue {
        var json: JSONValue = [
            "check": .string(check), "status": .string(grade.rawValue), "message": .string(message),
        ]
        if let advice { json["advice"] = .string(advice) }
        return json
    }
}

extension Table {
    init(_ findings: [DoctorFinding]) {
        self.init("CHECK", "STATUS", "FOUND")
        for finding in findings {
            add(finding.check, finding.grade.rawValue, finding.message)
            if let advice = finding.advice { add("", "", "→ \(advice)") }
        }
    }
}
