import GoTemplate

extension HelmFunctions {
    static let versions: [String: TemplateFunction] = [
        "semver": .value(.string, result: .pointer(.structure("semver.Version"))) { arguments in
            object(try SemanticVersion(arguments[0].text))
        },
        "semverCompare": .truth(.string, .string) { arguments in
            let constraint: VersionConstraint = try VersionConstraint(arguments[0].text)
            return constraint.allows(try SemanticVersion(arguments[1].text))
        },
    ]

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
        return .object(
            TemplateObject(
                type: .pointer(.structure("semver.Version")), content: .structure([]), methods: methods,
                text: TemplateString(version.description)))
    }
}
