import Formats

extension Environment {
    /// Where the environment asks for what its class does not give.
    ///
    /// A time to live over the maximum is none of these: it is cut.
    package func violations(
        against environmentClass: EnvironmentClass,
        among classes: [EnvironmentClass] = []
    ) -> [Violation] {
        let log = ViolationLog()
        checkQuota(environmentClass, classes, log)
        checkParameters(environmentClass, log)
        return log.violations
    }

    private func checkQuota(_ environmentClass: EnvironmentClass, _ classes: [EnvironmentClass], _ log: ViolationLog) {
        for entry in spec.quota {
            guard let most = environmentClass.spec.quota[entry.key], entry.value > most else { continue }
            let path = "spec.quota.hard.\(entry.key.shown)"
            let larger = classes.filter { candidate in
                candidate.metadata.name != environmentClass.metadata.name
                    && candidate.spec.quota[entry.key].map { $0 >= entry.value } ?? false
            }.map(\.metadata.name.shown).min()
            log.note(
                path,
                "quota \(entry.key.shown) \(entry.value) is over class \(environmentClass.metadata.name.shown)'s maximum"
                    + " \(most): set \(path) to \(most) or less" + (larger.map { ", or use class \($0)" } ?? "")
            )
        }
    }

    private func checkParameters(_ environmentClass: EnvironmentClass, _ log: ViolationLog) {
        let known = environmentClass.spec.parameters
        let name = environmentClass.metadata.name.shown
        for entry in spec.parameters where !known.contains(where: { $0.name == entry.key }) {
            let path = "spec.parameters.\(entry.key.shown)"
            let names = known.map(\.name.shown).joined(separator: ", ")
            let others = names.isEmpty ? "it has none" : "use one of \(names)"
            log.note(path, "class \(name) has no parameter \(entry.key.shown): remove \(path); \(others)")
        }
        for parameter in known {
            let path = "spec.parameters.\(parameter.name.shown)"
            if let value = spec.parameters[parameter.name] {
                parameter.check(value, at: path, log)
            } else if parameter.required {
                log.note(
                    path,
                    "class \(name) requires parameter \(parameter.name.shown): set \(path) to \(parameter.shownKind)")
            }
        }
    }
}

extension EnvironmentClass.Parameter {
    /// Notes why a value is not one of this parameter's.
    func check(_ value: JSONValue, at path: String, _ log: ViolationLog) {
        guard hasType(value) else {
            log.note(path, "\(path) is \(value.kindText): write \(shownKind)")
            return
        }
        if !`enum`.isEmpty, !`enum`.contains(value) {
            log.note(
                path, "\(path) is \(value.shownScalar): use one of \(`enum`.map(\.shownScalar).joined(separator: ", "))"
            )
        }
        if let number = value.integer, number < minimum ?? .min || number > maximum ?? .max {
            log.note(path, "\(path) is \(number): write \(shownKind)")
        }
        if let text = value.string, let pattern, !Self.matches(text, pattern) {
            log.note(path, "\(path) is \(text.shown): write a text that matches \(pattern.shown)")
        }
    }

    func hasType(_ value: JSONValue) -> Bool {
        switch (type, value) {
        case (.string, .string), (.integer, .integer), (.boolean, .bool): true
        default: false
        }
    }

    /// What a value must be, in words.
    var shownKind: String {
        switch type {
        case .string: "a string, in quotes"
        case .boolean: "true or false, without quotes"
        case .integer:
            switch (minimum, maximum) {
            case (let least?, let most?): "a whole number from \(least) to \(most)"
            case (let least?, nil): "a whole number of at least \(least)"
            case (nil, let most?): "a whole number of at most \(most)"
            case (nil, nil): "a whole number, without quotes"
            }
        }
    }

    /// A pattern that cannot be read matches nothing: the class is refused for it anyway.
    private static func matches(_ text: String, _ pattern: String) -> Bool {
        do { return try Pattern(pattern).matches(text) } catch { return false }
    }
}

extension JSONValue {
    /// A string, a number or a boolean as messages print it.
    var shownScalar: String {
        switch self {
        case .string(let text): text.quoted
        case .integer(let number): String(number)
        case .bool(let flag): String(flag)
        default: kindText
        }
    }
}
