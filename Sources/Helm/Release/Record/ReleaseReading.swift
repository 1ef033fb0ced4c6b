import Formats

/// Reads what release Secrets hold.
enum ReleaseReading {
    /// Bytes of a release after unpacking: a Secret of a megabyte can hold a thousand times as much.
    static let maximumBytes = 32 << 20

    /// The release in the value of a Secret's `release`, which is text in base64.
    ///
    /// - Throws: what is wrong with it, without anything that is in it.
    static func release(_ text: String, maximumBytes: Int = maximumBytes) throws(HelmError) -> Release {
        guard let packed = Base64.decode(text) else { throw HelmError("it is no base64") }
        let bytes: [UInt8] = try unpacked(packed, maximumBytes)
        var limits: FormatLimits = FormatLimits()
        limits.bytes = maximumBytes
        let json: JSONValue
        do throws(FormatError) {
            json = try JSONValue(parsing: bytes, limits: limits)
        } catch {
            throw HelmError(
                "it is no JSON, at \(error.position.map { "line \($0.line), column \($0.column)" } ?? "all")")
        }
        return try Release(json)
    }

    /// The oldest releases were not packed.
    private static func unpacked(_ packed: [UInt8], _ maximumBytes: Int) throws(HelmError) -> [UInt8] {
        guard GzipSource.isGzip(packed) else { return packed }
        var source: GzipSource = try GzipSource(packed)
        var bytes: [UInt8] = []
        while true {
            let count: Int = bytes.count
            do throws(HelmError) {
                try source.read(upTo: maximumBytes + 1 - count, into: &bytes)
            } catch {
                throw HelmError("its gzip is damaged")
            }
            if bytes.count == count { return bytes }
            guard bytes.count <= maximumBytes else {
                throw HelmError("it is larger than \(maximumBytes) bytes unpacked")
            }
        }
    }
}
