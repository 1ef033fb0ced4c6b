import Formats

extension Duration {
    /// `36h` where Go prints `36h0m0s`: without the units that say nothing.
    var shortText: String {
        var text = goText
        if text.hasSuffix("m0s") { text.removeLast(2) }
        if text.hasSuffix("h0m") { text.removeLast(2) }
        return text
    }
}
