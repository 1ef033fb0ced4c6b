/// One part of a constraint: an operator and a version that may have wildcards.
struct VersionComparison: Sendable, Hashable {
    enum Operator: String, CaseIterable {
        case notEqual = "!="
        case atLeast = ">="
        case atLeastReversed = "=>"
        case atMost = "<="
        case atMostReversed = "=<"
        case pessimistic = "~>"
        case greater = ">"
        case less = "<"
        case tilde = "~"
        case caret = "^"
        case equal = "="
        case none = ""
    }

    /// Which number is the first that was left out or a wildcard.
    enum Wildcard {
        case major
        case minor
        case patch
    }

    let comparator: Operator
    let version: SemanticVersion
    let wildcard: Wildcard?

    /// Reads a comparison; `nil` where there is none.
    init?(_ scanner: inout VersionScanner) {
        comparator = Self.comparator(&scanner)
        scanner.skipSpaces()
        guard let parts = scanner.version(wildcards: true) else { return nil }
        var known: VersionScanner.Parts = parts
        if Self.isWildcard(parts.major) {
            (known.major, known.minor, known.patch, wildcard) = ("0", "0", "0", .major)
        } else if Self.isWildcard(parts.minor ?? "x") {
            (known.minor, known.patch, wildcard) = ("0", "0", .minor)
        } else if Self.isWildcard(parts.patch ?? "x") {
            (known.patch, wildcard) = ("0", .patch)
        } else {
            wildcard = nil
        }
        do throws(HelmError) {
            version = try SemanticVersion(known, original: parts.text)
        } catch {
            return nil
        }
    }

    private static func comparator(_ scanner: inout VersionScanner) -> Operator {
        for candidate in Operator.allCases {  // The longer ones come first.
            var ahead: VersionScanner = scanner
            guard candidate.rawValue.utf8.allSatisfy({ ahead.take($0) }) else { continue }
            scanner = ahead
            return candidate
        }
        return .none
    }

    private static func isWildcard(_ text: String) -> Bool { ["x", "X", "*"].contains(text) }

    func allows(_ candidate: SemanticVersion) -> Bool {
        switch comparator {
        case .none, .equal: wildcard == nil ? candidate == version : isNear(candidate)
        case .notEqual: isUnequal(candidate)
        case .greater: isGreater(candidate)
        case .less: candidate < version
        case .atLeast, .atLeastReversed: candidate >= version
        case .atMost, .atMostReversed: isAtMost(candidate)
        case .tilde, .pessimistic: isNear(candidate)
        case .caret: isCompatible(candidate)
        }
    }

    private func isUnequal(_ candidate: SemanticVersion) -> Bool {
        guard wildcard != nil, candidate.major == version.major else { return candidate != version }
        if wildcard == .minor { return false }
        guard candidate.minor == version.minor else { return true }
        guard wildcard == .patch else { return candidate.patch != version.patch || candidate != version }
        return SemanticVersion.compare(prereleases: candidate.prerelease, version.prerelease) != 0
    }

    private func isGreater(_ candidate: SemanticVersion) -> Bool {
        guard wildcard != nil, candidate.major == version.major else { return candidate > version }
        switch wildcard {
        case .minor: return false
        case .patch: return candidate.minor > version.minor
        case .major, nil: return candidate > version
        }
    }

    private func isAtMost(_ candidate: SemanticVersion) -> Bool {
        guard wildcard != nil else { return candidate <= version }
        guard candidate.major == version.major else { return candidate.major < version.major }
        return candidate.minor <= version.minor || wildcard == .minor
    }

    /// `~1.2.3` is within 1.2, `~1` within 1; `~0.0.0` and `*` are everything.
    private func isNear(_ candidate: SemanticVersion) -> Bool {
        guard candidate >= version else { return false }
        if version.major == 0, version.minor == 0, version.patch == 0, wildcard != .minor, wildcard != .patch {
            return true
        }
        return candidate.major == version.major && (candidate.minor == version.minor || wildcard == .minor)
    }

    /// `^1.2.3` is within 1, `^0.2.3` within 0.2, `^0.0.3` is itself.
    private func isCompatible(_ candidate: SemanticVersion) -> Bool {
        guard candidate >= version, candidate.major == version.major else { return false }
        if version.major > 0 || wildcard == .minor { return true }
        guard candidate.minor == version.minor else { return false }
        return version.minor > 0 || wildcard == .patch || candidate.patch == version.patch
    }
}
