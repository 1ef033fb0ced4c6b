/// A version as charts and clusters write them: `1.2.3`, but also `v1.2`, `1` or `1.2.3-rc.1+build`.
///
/// Missing numbers are zero and leading zeros are allowed, as Helm reads versions. Two versions are equal
/// where neither comes before the other; build metadata takes no part in that.
package struct SemanticVersion: Sendable, CustomStringConvertible {
    package let major: UInt64
    package let minor: UInt64
    package let patch: UInt64
    /// What follows `-`; empty where nothing does.
    package let prerelease: String
    /// What follows `+`; empty where nothing does.
    package let metadata: String
    /// The version as it was written.
    package let original: String

    /// Reads a version.
    ///
    /// - Throws: where the text is no version at all, or a number is beyond 64 bits.
    package init(_ text: String) throws(HelmError) {
        var scanner: VersionScanner = VersionScanner(text)
        guard let parts = scanner.version(), scanner.isAtEnd else { throw Self.improper(text) }
        try self.init(parts, original: text)
    }

    /// Reads a version of exactly three numbers without leading zeros and without `v`.
    package init(strict text: String) throws(HelmError) {
        var scanner: VersionScanner = VersionScanner(text)
        guard let parts = scanner.version(), scanner.isAtEnd, let minor = parts.minor, let patch = parts.patch,
            !text.hasPrefix("v"), [parts.major, minor, patch].allSatisfy({ $0 == "0" || !$0.hasPrefix("0") })
        else { throw HelmError("\"\(text)\" is no semantic version: write three numbers, such as 1.2.3") }
        try self.init(parts, original: text)
    }

    package init(
        major: UInt64, minor: UInt64, patch: UInt64, prerelease: String = "", metadata: String = "",
        prefix: String = ""
    ) {
        (self.major, self.minor, self.patch) = (major, minor, patch)
        (self.prerelease, self.metadata) = (prerelease, metadata)
        original = prefix + Self.text(major, minor, patch, prerelease, metadata)
    }

    init(_ parts: VersionScanner.Parts, original: String) throws(HelmError) {
        guard let major = UInt64(parts.major), let minor = UInt64(parts.minor ?? "0"),
            let patch = UInt64(parts.patch ?? "0"), Self.isPrerelease(parts.prerelease)
        else { throw Self.improper(original) }
        (self.major, self.minor, self.patch) = (major, minor, patch)
        (prerelease, metadata, self.original) = (parts.prerelease, parts.metadata, original)
    }

    private static func improper(_ text: String) -> HelmError {
        HelmError("\"\(text)\" is no version: write numbers divided by points, such as 1.2.3 or 1.2.3-rc.1")
    }

    /// A number in a pre-release has no leading zero.
    private static func isPrerelease(_ text: String) -> Bool {
        text.utf8.split(separator: UInt8(ascii: ".")).allSatisfy { part in
            part.count < 2 || part.first != UInt8(ascii: "0") || !part.allSatisfy(\.isVersionDigit)
        }
    }

    private static func text(
        _ major: UInt64, _ minor: UInt64, _ patch: UInt64, _ prerelease: String, _ metadata: String
    ) -> String {
        let tail: String = (prerelease.isEmpty ? "" : "-\(prerelease)") + (metadata.isEmpty ? "" : "+\(metadata)")
        return "\(major).\(minor).\(patch)\(tail)"
    }

    /// The version in full, without a `v`.
    package var description: String { Self.text(major, minor, patch, prerelease, metadata) }
}

extension SemanticVersion {
    /// The release after this one: of a pre-release the release itself; `nil` beyond 64 bits.
    package var nextPatch: SemanticVersion? {
        if !prerelease.isEmpty { return version(major, minor, patch) }
        let (next, overflow) = patch.addingReportingOverflow(1)
        return overflow ? nil : version(major, minor, next)
    }

    package var nextMinor: SemanticVersion? {
        let (next, overflow) = minor.addingReportingOverflow(1)
        return overflow ? nil : version(major, next, 0)
    }

    package var nextMajor: SemanticVersion? {
        let (next, overflow) = major.addingReportingOverflow(1)
        return overflow ? nil : version(next, 0, 0)
    }

    private func version(_ major: UInt64, _ minor: UInt64, _ patch: UInt64) -> SemanticVersion {
        SemanticVersion(major: major, minor: minor, patch: patch, prefix: original.hasPrefix("v") ? "v" : "")
    }
}

extension SemanticVersion: Comparable, Hashable {
    package static func == (left: SemanticVersion, right: SemanticVersion) -> Bool { left.compare(right) == 0 }

    package static func < (left: SemanticVersion, right: SemanticVersion) -> Bool { left.compare(right) < 0 }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(major)
        hasher.combine(minor)
        hasher.combine(patch)
        hasher.combine(prerelease)
    }

    /// -1 where this comes before the other, 1 where it comes after, otherwise 0.
    package func compare(_ other: SemanticVersion) -> Int {
        for (mine, theirs) in [(major, other.major), (minor, other.minor), (patch, other.patch)] where mine != theirs {
            return mine < theirs ? -1 : 1
        }
        switch (prerelease.isEmpty, other.prerelease.isEmpty) {
        case (true, true): return 0
        case (true, false): return 1
        case (false, true): return -1
        case (false, false): return Self.compare(prereleases: prerelease, other.prerelease)
        }
    }

    static func compare(prereleases left: String, _ right: String) -> Int {
        let left: [Substring] = left.split(separator: ".", omittingEmptySubsequences: false)
        let right: [Substring] = right.split(separator: ".", omittingEmptySubsequences: false)
        for index in 0..<max(left.count, right.count) {
            let order: Int = compare(
                part: index < left.count ? left[index] : "", index < right.count ? right[index] : "")
            if order != 0 { return order }
        }
        return 0
    }

    /// Nothing before numbers before words; numbers by value, words by their bytes.
    private static func compare(part left: Substring, _ right: Substring) -> Int {
        if left == right { return 0 }
        if left.isEmpty { return -1 }
        if right.isEmpty { return 1 }
        switch (number(left), number(right)) {
        case (let left?, let right?): return left > right ? 1 : -1
        case (_?, nil): return -1
        case (nil, _?): return 1
        case (nil, nil): return right.utf8.lexicographicallyPrecedes(left.utf8) ? 1 : -1
        }
    }

    private static func number(_ text: Substring) -> UInt64? {
        text.utf8.allSatisfy(\.isVersionDigit) ? UInt64(text) : nil
    }
}
