/// An RFC 6902 patch.
package struct JSONPatch: Sendable, Hashable {
    package init(_ json: JSONValue) throws(FormatError) {
        throw FormatError("stub")
    }

    /// The value after all operations; an operation that cannot be done leaves nothing changed and throws.
    package func applied(to value: JSONValue) throws(FormatError) -> JSONValue {
        value
    }
}
