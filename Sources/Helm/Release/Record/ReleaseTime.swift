package import Formats

/// A moment as a release has it written: with nine digits of a second and an offset, where Helm wrote it so.
package struct ReleaseTime: Sendable, Hashable {
    package let text: String
    package let moment: Timestamp

    package init(_ moment: Timestamp) {
        text = moment.microTime
        self.moment = moment
    }

    /// Reads RFC 3339.
    package init(_ text: String) throws(FormatError) {
        self.text = text
        moment = try Timestamp(text)
    }
}
