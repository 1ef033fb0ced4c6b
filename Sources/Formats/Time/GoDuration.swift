extension Duration {
    /// Reads a duration as Go writes it: `90m`, `24h`, `1h30m`, `1.5s`.
    ///
    /// - Throws: an instruction: `7d` is refused with "use 168h".
    package init(go text: String) throws(FormatError) {
        throw FormatError("stub")
    }

    /// `1h30m0s`, as Go prints it.
    package var goText: String { "" }
}
