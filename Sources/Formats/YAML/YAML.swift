/// YAML with the meaning that `kubectl` gives it.
package enum YAML {
    /// Reads all documents of a text; empty ones are left out.
    package static func documents(
        in bytes: [UInt8],
        limits: FormatLimits = FormatLimits()
    ) throws(FormatError) -> [JSONValue] {
        throw FormatError("stub")
    }

    /// The value as one YAML document, keys in their order, every string quoted that must be.
    package static func text(_ value: JSONValue) -> String {
        ""
    }
}
