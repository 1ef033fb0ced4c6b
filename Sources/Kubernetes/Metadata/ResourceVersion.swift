/// The order of resourceVersions.
///
/// They are opaque in principle; newer Kubernetes promises that those of its own resources are decimal numbers of
/// one order. What is no such number has no order, and nothing may be concluded from it.
package enum ResourceVersion {
    /// The number that a resourceVersion is; `nil` where it is none.
    package static func number(_ text: some StringProtocol) -> UInt64? {
        guard let first = text.utf8.first, (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(first) else { return nil }
        return UInt64(text)
    }

    /// Whether `left` is older than `right`; `nil` where they cannot be compared.
    package static func isOlder(_ left: some StringProtocol, than right: some StringProtocol) -> Bool? {
        guard let left = number(left), let right = number(right) else { return nil }
        return left < right
    }
}
