extension JSONValue {
    /// The value after an RFC 7386 merge patch.
    package func merging(_ patch: JSONValue) -> JSONValue {
        self
    }

    /// The smallest merge patch that turns this value into `target`; `nil` where they are equal.
    package func mergePatch(to target: JSONValue) -> JSONValue? {
        nil
    }
}
