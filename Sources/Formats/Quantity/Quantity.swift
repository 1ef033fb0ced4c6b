/// An amount as Kubernetes writes it, such as `100m`, `1.5Gi` or `4`.
///
/// Exact; two texts of one amount are equal.
package struct Quantity: Sendable, Hashable, Comparable, CustomStringConvertible {
    package init(_ text: String) throws(FormatError) {
        throw FormatError("stub")
    }

    package static func < (left: Quantity, right: Quantity) -> Bool { false }

    /// The canonical form, as apimachinery writes it.
    package var description: String { "" }
}
