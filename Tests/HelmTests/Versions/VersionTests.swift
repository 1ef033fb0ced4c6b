import Testing

@testable import Helm

@Suite("Versions") struct VersionTests {
    @Test(
        "reads what charts write",
        arguments: [
            ("1.2.3", "1.2.3"), ("v1.2", "1.2.0"), ("1", "1.0.0"), ("1.02.3", "1.2.3"),
            ("1.2.3-rc.1+build.5", "1.2.3-rc.1+build.5"), ("1.2-beta", "1.2.0-beta"), ("v1.33.4+k3s1", "1.33.4+k3s1"),
            ("0.0.0-x-y", "0.0.0-x-y"), ("18446744073709551615.0.0", "18446744073709551615.0.0"),
        ])
    func reads(text: String, canonical: String) throws {
        let version: SemanticVersion = try SemanticVersion(text)
        #expect(version.description == canonical)
        #expect(version.original == text)
    }

    @Test(
        "refuses what is no version",
        arguments: [
            "", "v", "x", "1.", "1.2.3.4", "1.2.3-", "1.2.3-01", "1.2.3-a..b", "1.2.3+", " 1.2.3", "1.2.3\n", "V1.2.3",
            "18446744073709551616.0.0", "1.2.3-é", "-1.2.3",
        ])
    func refuses(text: String) { #expect(throws: HelmError.self) { try SemanticVersion(text) } }

    @Test(
        "reads strictly",
        arguments: [("1.2.3", true), ("1.2.3-a+b", true), ("v1.2.3", false), ("1.2", false), ("1.02.3", false)])
    func strict(text: String, isValid: Bool) {
        #expect(((try? SemanticVersion(strict: text)) != nil) == isValid)
    }

    @Test("orders versions as semantic versioning does")
    func orders() throws {
        let texts: [String] = [
            "0.9.9", "1.0.0-0", "1.0.0-9", "1.0.0-103", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0", "1.0.1", "1.10.0", "2",
        ]
        let versions: [SemanticVersion] = try texts.map { try SemanticVersion($0) }
        #expect(versions.reversed().sorted().map(\.original) == texts)
        #expect(try SemanticVersion("1.0.0+a") == SemanticVersion("v1+b"))
    }

    @Test("counts on")
    func counts() throws {
        let version: SemanticVersion = try SemanticVersion("v1.2.3-rc.1+x")
        #expect(version.nextPatch?.original == "v1.2.3")
        #expect(version.nextPatch?.nextPatch?.original == "v1.2.4")
        #expect(version.nextMinor?.description == "1.3.0")
        #expect(version.nextMajor?.description == "2.0.0")
        #expect(try SemanticVersion("18446744073709551615").nextMajor == nil)
    }
}

@Suite("Version constraints") struct VersionConstraintTests {
    static let allowed: [(String, [String], [String])] = [
        ("*", ["0.0.0", "9.9.9"], ["1.0.0-a"]),
        (">=1.2 <2 || ~3.1", ["1.2.0", "1.9.9", "3.1.7"], ["1.1.9", "2.0.0", "3.2.0", "1.5.0-a"]),
        (">= 1.2, < 2", ["1.2.0", "1.99.0"], ["2.0.0"]),
        ("=>1.2", ["1.2.0"], ["1.1.0"]), ("=<1.2.3", ["1.2.3"], ["1.2.4"]),
        ("^4.0", ["4.0.0", "4.9.0"], ["5.0.0", "3.9.9"]),
        ("^0.2.3", ["0.2.3", "0.2.9"], ["0.3.0", "0.2.2"]), ("^0.0.3", ["0.0.3"], ["0.0.4", "0.1.0"]),
        ("^0.0", ["0.0.0", "0.0.9"], ["0.1.0"]), ("^0", ["0.0.0", "0.9.9"], ["1.0.0"]),
        ("1.x", ["1.0.0", "1.9.9"], ["2.0.0", "0.9.0"]), ("1.2.X", ["1.2.9"], ["1.3.0"]), ("1.2", ["1.2.9"], ["1.3.0"]),
        ("1.2.3", ["1.2.3", "1.2.3+x"], ["1.2.4", "1.2.3-a"]), ("v1.2.3", ["1.2.3"], ["1.2.2"]),
        ("1.2 - 1.4", ["1.2.0", "1.4.9"], ["1.5.0", "1.1.9"]), ("1.2 - 1.4.5", ["1.4.5"], ["1.4.6"]),
        ("1.0,2 - 3 || 5", ["5.0.0"], ["2.5.0", "1.0.0"]),
        ("!=1.3.1", ["1.3.0", "2.0.0"], ["1.3.1"]), ("!=1.3", ["1.4.0", "2.3.0"], ["1.3.1"]),
        ("!=1", ["2.0.0"], ["1.3.1"]), ("!=1.x", ["2.0.0"], ["1.0.0"]),
        (">11", ["12.0.0"], ["11.1.0"]), (">11.1", ["11.2.0", "12.0.0"], ["11.1.9"]),
        (">11.1.0", ["11.1.1"], ["11.1.0"]),
        ("<1.2", ["1.1.9"], ["1.2.0"]), ("<=1", ["1.9.9"], ["2.0.0"]), ("<=1.2", ["1.2.9", "0.9.0"], ["1.3.0"]),
        ("~1", ["1.0.0", "1.9.9"], ["2.0.0"]), ("~>1.2.3", ["1.2.3", "1.2.9"], ["1.3.0"]), ("~0.0.0", ["9.0.0"], []),
        (">=1.23.0-0", ["1.23.0", "1.31.2-eks-1"], ["1.22.9"]),
        (">=1.2.3-beta.1 <2", ["1.2.3-beta.2", "1.9.0-a"], ["1.2.3-alpha"]),
        ("^1.2.3-beta.2", ["1.2.3-beta.10", "1.2.3"], ["1.2.3-beta.1", "2.0.0"]),
    ]

    @Test("allows and refuses as Helm's", arguments: allowed)
    func allows(text: String, yes: [String], no: [String]) throws {
        let constraint: VersionConstraint = try VersionConstraint(text)
        for version in yes { #expect(constraint.allows(try SemanticVersion(version)), "\(version)") }
        for version in no { #expect(!constraint.allows(try SemanticVersion(version)), "\(version)") }
    }

    @Test(
        "refuses what is no constraint",
        arguments: [
            "", " ", "||", "1 ||", ">1.2<2", "1,", ",1", "abc", "1.2.3.4", "> ", ">>1", "1.2.3-", "1.0 2 - 3", "1xx",
        ])
    func refuses(text: String) { #expect(throws: HelmError.self) { try VersionConstraint(text) } }

    @Test("is incompatible where something cannot be read")
    func unreadable() {
        #expect(VersionConstraint.isCompatible("1.2.3", with: "~1"))
        #expect(!VersionConstraint.isCompatible("one", with: "*"))
        #expect(!VersionConstraint.isCompatible("1.2.3", with: ""))
    }
}
