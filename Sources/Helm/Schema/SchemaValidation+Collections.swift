import Formats

extension SchemaValidation {
    mutating func checkMembers(_ members: JSONObject, by rules: JSONObject, depth: Int) throws(HelmError) {
        for case .string(let key) in rules["required"]?.array ?? [] {
            try spend(members.count)
            if members[key] == nil { report("\(key) is missing: add it") }
        }
        checkCount(members.count, by: rules, least: "minProperties", most: "maxProperties", of: "keys")
        let known: JSONObject = rules["properties"]?.object ?? JSONObject()
        let patterns: JSONObject = rules["patternProperties"]?.object ?? JSONObject()
        for (key, value) in members {
            var isKnown: Bool = false
            try spend(known.count + 16 * patterns.count)
            if let part = known[key] {
                isKnown = true
                try check(value, by: part, at: key, depth: depth)
            }
            for (pattern, part) in patterns where try matches(key, pattern: pattern) {
                isKnown = true
                try check(value, by: part, at: key, depth: depth)
            }
            if !isKnown, let part = rules["additionalProperties"] {
                try checkAdditional(value, key, by: part, known: known, depth: depth)
            }
            if let part = rules["propertyNames"], try !isValid(.string(key), by: part, depth: depth) {
                report("\(key) is no name that is allowed here: its schema is \(part.text())")
            }
        }
        try checkDependencies(members, by: rules, depth: depth)
    }

    private mutating func checkAdditional(
        _ value: JSONValue, _ key: String, by part: JSONValue, known: JSONObject, depth: Int
    ) throws(HelmError) {
        guard part == false else { return try check(value, by: part, at: key, depth: depth) }
        let names: [String] = known.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        report("\(key) is not known here: remove it, or write one of \(names.joined(separator: ", "))")
    }

    private mutating func checkDependencies(
        _ members: JSONObject, by rules: JSONObject, depth: Int
    ) throws(HelmError) {
        for keyword in ["dependentRequired", "dependentSchemas", "dependencies"] {
            for (key, part) in rules[keyword]?.object ?? JSONObject() where members[key] != nil {
                guard case .array(let wanted) = part else {
                    try check(.object(members), by: part, depth: depth)
                    continue
                }
                for case .string(let other) in wanted where members[other] == nil {
                    report("\(other) is missing: \(key) needs it")
                }
            }
        }
    }

    mutating func checkElements(_ elements: [JSONValue], by rules: JSONObject, depth: Int) throws(HelmError) {
        checkCount(elements.count, by: rules, least: "minItems", most: "maxItems", of: "items")
        if rules["uniqueItems"] == true, Set(elements).count != elements.count { report("must not have an item twice") }
        // In draft 7 `items` may be the list that is called `prefixItems` since.
        let first: [JSONValue] = rules["prefixItems"]?.array ?? rules["items"]?.array ?? []
        let rest: JSONValue? = rules["items"]?.array == nil ? rules["items"] : rules["additionalItems"]
        for (index, element) in elements.enumerated() {
            guard let part = index < first.count ? first[index] : rest else { continue }
            try check(element, by: part, at: "\(index)", depth: depth)
        }
        guard let part = rules["contains"] else { return }
        var count: Int = 0
        for element in elements where try isValid(element, by: part, depth: depth) { count += 1 }
        let least: Int = rules["minContains"].flatMap(Self.count) ?? 1
        let most: Int = rules["maxContains"].flatMap(Self.count) ?? Int.max
        if !(min(least, most)...most).contains(count) {
            report("must have \(least)\(most == Int.max ? " or more" : " to \(most)") items that suit \(part.text())")
        }
    }

    mutating func checkText(_ text: String, by rules: JSONObject) throws(HelmError) {
        let count: Int = text.unicodeScalars.count
        checkCount(count, by: rules, least: "minLength", most: "maxLength", of: "characters")
        if let pattern = rules["pattern"]?.string, try !matches(text, pattern: pattern) {
            report("must match the pattern \(pattern)")
        }
    }

    private mutating func checkCount(_ count: Int, by rules: JSONObject, least: String, most: String, of what: String) {
        if let least = rules[least].flatMap(Self.count), count < least { report("must have \(least) or more \(what)") }
        if let most = rules[most].flatMap(Self.count), count > most { report("must have no more than \(most) \(what)") }
    }

    private static func count(_ value: JSONValue) -> Int? { number(value).flatMap { Int(exactly: $0) } }

    static func number(_ value: JSONValue) -> Double? {
        switch value {
        case .integer(let number): Double(number)
        case .unsigned(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }

    mutating func checkNumber(_ value: JSONValue, by rules: JSONObject) {
        guard let number = Self.number(value) else { return }
        func limit(_ key: String) -> Double? { rules[key].flatMap(Self.number) }
        if let least = limit("minimum"), number < least { report("must be \(text(rules, "minimum")) or more") }
        if let most = limit("maximum"), number > most { report("must be no more than \(text(rules, "maximum"))") }
        if let bound = limit("exclusiveMinimum"), number <= bound {
            report("must be more than \(text(rules, "exclusiveMinimum"))")
        }
        if let bound = limit("exclusiveMaximum"), number >= bound {
            report("must be less than \(text(rules, "exclusiveMaximum"))")
        }
        if let step = limit("multipleOf"), step > 0 {
            // Decimals such as 0.1 have no exact double: their quotient is whole but for its last digits.
            let quotient: Double = number / step
            if !((quotient - quotient.rounded()).magnitude <= 1e-9 * max(1, quotient.magnitude)) {
                report("must be a multiple of \(text(rules, "multipleOf"))")
            }
        }
    }

    private func text(_ rules: JSONObject, _ key: String) -> String { rules[key]?.text() ?? "" }
}
