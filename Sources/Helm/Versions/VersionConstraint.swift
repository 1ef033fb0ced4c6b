/// Which versions are wanted: `>=1.2 <2 || ~3.1`, `^4.0`, `1.x`, `1.2 - 1.4`, `!=1.3.1`.
///
/// Ranges divided by `||` are alternatives; what is divided by spaces or commas must all hold. A pre-release
/// is only allowed where one of the versions that must hold together is a pre-release itself.
package struct VersionConstraint: Sendable, Hashable, CustomStringConvertible {
    /// The constraint as it was written.
    package let description: String
    private let alternatives: [[VersionComparison]]

    /// Reads a constraint.
    ///
    /// - Throws: where it is none, also where it is empty: `*` allows every release.
    package init(_ text: String) throws(HelmError) {
        description = text
        var alternatives: [[VersionComparison]] = []
        for part in Self.alternatives(in: Self.withoutRanges(Array(text.utf8))) {
            guard let comparisons = Self.comparisons(part) else {
                throw HelmError(
                    "\"\(text)\" is no version constraint: write one such as \">=1.2 <2\", \"~1.4\" or \"*\"")
            }
            alternatives.append(comparisons)
        }
        self.alternatives = alternatives
    }

    package func allows(_ version: SemanticVersion) -> Bool {
        alternatives.contains { comparisons in
            guard version.prerelease.isEmpty || comparisons.contains(where: { !$0.version.prerelease.isEmpty }) else {
                return false
            }
            return comparisons.allSatisfy { $0.allows(version) }
        }
    }

    /// Whether a version is allowed by a constraint; not where one of the two cannot be read.
    package static func isCompatible(_ version: String, with constraint: String) -> Bool {
        do throws(HelmError) {
            return try VersionConstraint(constraint).allows(SemanticVersion(version))
        } catch {
            return false
        }
    }

    /// `1.2 - 1.4` becomes `>= 1.2, <= 1.4 `.
    private static func withoutRanges(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(UInt8(ascii: "-")) else { return bytes }
        var result: [UInt8] = []
        var place: Int = 0
        while place < bytes.count {
            var scanner: VersionScanner = VersionScanner(bytes, from: place)
            if let (low, high) = range(&scanner) {
                result += Array(">= \(low), <= \(high) ".utf8)
                place = scanner.place
            } else {
                result.append(bytes[place])
                place += 1
            }
        }
        return result
    }

    private static func range(_ scanner: inout VersionScanner) -> (String, String)? {
        scanner.skipSpaces()
        guard let low = scanner.version(wildcards: true), scanner.skipSpaces() > 0,
            scanner.take(UInt8(ascii: "-")), scanner.skipSpaces() > 0,
            let high = scanner.version(wildcards: true)
        else { return nil }
        scanner.skipSpaces()
        return (low.text, high.text)
    }

    private static func alternatives(in bytes: [UInt8]) -> [[UInt8]] {
        var parts: [[UInt8]] = [[]]
        var place: Int = 0
        while place < bytes.count {
            if bytes[place...].starts(with: "||".utf8) {
                parts.append([])
                place += 2
            } else {
                parts[parts.count - 1].append(bytes[place])
                place += 1
            }
        }
        return parts
    }

    private static func comparisons(_ bytes: [UInt8]) -> [VersionComparison]? {
        var scanner: VersionScanner = VersionScanner(bytes)
        var comparisons: [VersionComparison] = []
        scanner.skipSpaces()
        repeat {
            guard let comparison = VersionComparison(&scanner) else { return nil }
            comparisons.append(comparison)
            let spaces: Int = scanner.skipSpaces()
            if scanner.isAtEnd { return comparisons }
            guard scanner.take(UInt8(ascii: ",")) || spaces > 0 else { return nil }
            scanner.skipSpaces()
        } while true
    }
}
