import EnvironmentAPI

/// A version of the NVIDIA Container Toolkit, as a node reports it.
struct ToolkitVersion: Sendable, Hashable {
    /// Where whoever installs the toolkit writes its version; no label of the vendor's says it.
    static let label = "\(Words.group)/nvidia-container-toolkit"
    /// The first out of which no image is known to escape (CVE-2025-23266).
    static let fixed = ToolkitVersion(numbers: [1, 17, 8], isCandidate: false)

    private let numbers: [Int]
    /// Whether it comes before the release of its numbers: `1.17.8-rc.1`, `1.17.8~rc.1`.
    private let isCandidate: Bool

    private init(numbers: [Int], isCandidate: Bool) {
        self.numbers = numbers
        self.isCandidate = isCandidate
    }

    /// Reads `1.17.8`, `v1.17.8` or with a package's revision `1.17.8-1`; `nil` for any other form.
    init?(_ text: String) {
        let plain = text.hasPrefix("v") ? text.dropFirst() : text[...]
        let core = plain.prefix { $0.isASCII && $0.isNumber || $0 == "." }
        let parts = core.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count == 3, parts.count == 3 else { return nil }
        let rest = plain[core.endIndex...]
        guard rest.isEmpty || "-~+".contains(rest.prefix(1)) else { return nil }
        let isRevision = rest.first == "+" || rest.dropFirst().first?.isNumber == true && rest.first == "-"
        self.init(numbers: numbers, isCandidate: !rest.isEmpty && !isRevision)
    }
}

extension ToolkitVersion: Comparable, CustomStringConvertible {
    static func < (left: ToolkitVersion, right: ToolkitVersion) -> Bool {
        if left.numbers != right.numbers { return left.numbers.lexicographicallyPrecedes(right.numbers) }
        return left.isCandidate && !right.isCandidate
    }

    var description: String { numbers.map(String.init).joined(separator: ".") }
}
