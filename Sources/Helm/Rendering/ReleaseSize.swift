/// How much room a release takes where Helm keeps it, known before anything is written.
package enum ReleaseSize {
    /// Bytes that the API server takes in one Secret.
    package static let maximum = 1_048_576

    /// Bytes of a release in its Secret: its JSON, packed and in base64.
    package static func stored(_ release: [UInt8]) -> Int { (ChartArchive.gzip(release).count + 2) / 3 * 4 }

    /// Refuses a release that has no room in a Secret.
    package static func check(_ release: [UInt8]) throws(HelmError) {
        let size: Int = stored(release)
        guard size <= maximum else {
            throw HelmError(
                "the release takes \(size) bytes of at most \(maximum): shorten its values, or leave files out of its chart"
            )
        }
    }
}
