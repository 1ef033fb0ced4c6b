/// Bytes in both directions, in order: what is left of a connection that has left HTTP, or never spoke it.
package protocol ByteStream: Sendable {
    /// The next bytes, at least one, as soon as some have come; `nil` when the other side has said that no more come.
    ///
    /// For one task at a time. As long as nobody reads, the other side is made to wait.
    func read() async throws -> [UInt8]?

    /// Hands bytes over, all or none, as soon as there is room for them.
    ///
    /// For one task at a time; what two tasks write is never mixed within one call.
    func write(_ bytes: [UInt8]) async throws

    /// Says that no more come from here; what was written before still goes.
    func finish()
}
