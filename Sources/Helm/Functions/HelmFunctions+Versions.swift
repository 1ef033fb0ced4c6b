import GoTemplate

extension HelmFunctions {
    static let versions: [String: TemplateFunction] = [
        "semver": .value(.string, result: versionType) { arguments in
            object(try SemanticVersion(arguments[0].text))
        },
        "semverCompare": .truth(.string, .string) { arguments in
            let constraint: VersionConstraint = try VersionConstraint(arguments[0].text)
            return constraint.allows(try SemanticVersion(arguments[1].text))
        },
    ]

    private static let versionType: GoType = .pointer(.structure("semver.Version"))

    /// A version with the methods that templates call.
    private static func object(_ version: SemanticVersion) -> TemplateValue {
        let texts: [(TemplateString, String)] = [
            ("Prerelease", version.prerelease), ("Metadata", version.metadata), ("Original", version.original),
            ("String", version.description),
        ]
        let numbers: [(TemplateString, UInt64)] = [
            ("Major", version.major), ("Minor", version.minor), ("Patch", version.patch),
        ]
        var methods: [TemplateString: TemplateFunction] = [:]
        for (name, text) in texts { methods[name] = .text { _ in Array(text.utf8) } }
        for (name, number) in numbers {
            methods[name] = .value(result: .unsigned(.uint64)) { _ in .unsigned(number, .uint64) }
        }
        methods.merge(successors(of: version)) { $1 }
        methods.merge(comparisons(with: version)) { $1 }
        return .object(
            TemplateObject(
                type: versionType, content: .structure([]), methods: methods,
                text: TemplateString(version.description)))
    }

    private static func successors(of version: SemanticVersion) -> [TemplateString: TemplateFunction] {
        let next: [(TemplateString, SemanticVersion?)] = [
            ("IncPatch", version.nextPatch), ("IncMinor", version.nextMinor), ("IncMajor", version.nextMajor),
        ]
        var methods: [TemplateString: TemplateFunction] = [:]
        for (name, successor) in next {
            methods[name] = .value(result: .structure("semver.Version")) { _ in object(successor ?? version) }
        }
        return methods
    }

    private static func comparisons(with version: SemanticVersion) -> [TemplateString: TemplateFunction] {
        let tests: [(TemplateString, @Sendable (Int) -> Bool)] = [
            ("Equal", { $0 == 0 }), ("LessThan", { $0 < 0 }), ("LessThanEqual", { $0 <= 0 }),
            ("GreaterThan", { $0 > 0 }), ("GreaterThanEqual", { $0 >= 0 }),
        ]
        var methods: [TemplateString: TemplateFunction] = [:]
        for (name, isTrue) in tests {
            methods[name] = .truth(versionType) { isTrue(version.compare(try self.version($0[0]))) }
        }
        methods["Compare"] = .value(versionType, result: .int) { .int(version.compare(try self.version($0[0]))) }
        return methods
    }

    private static func version(_ value: TemplateValue) throws -> SemanticVersion {
        guard case .object(let object) = value, let text = object.text else {
            throw TemplateFunctionError("runtime error: invalid memory address or nil pointer dereference")
        }
        return try SemanticVersion(text.text)
    }
}
