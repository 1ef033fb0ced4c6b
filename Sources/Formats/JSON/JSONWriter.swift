extension JSONValue {
    /// The value as JSON text in UTF-8; `indented` as `kubectl -o json` prints it.
    package func encoded(indented: Bool = false) -> [UInt8] {
        []
    }

    /// The value as JSON text.
    package func text(indented: Bool = false) -> String {
        String(decoding: encoded(indented: indented), as: UTF8.self)
    }
}
