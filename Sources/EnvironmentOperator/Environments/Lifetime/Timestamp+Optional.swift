package import Formats

extension Timestamp {
    /// A moment from a text of ours, where one that cannot be read counts as absent.
    package init?(orNil text: String) {
        do { try self.init(text) } catch { return nil }
    }
}
