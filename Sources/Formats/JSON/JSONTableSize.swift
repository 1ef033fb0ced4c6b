/// How large a table is that serves one text.
enum JSONTableSize {
    /// A power of two, with an entry for so many bytes of the text: a short one is read before large tables were made.
    static func entries(for bytes: Int, each density: Int, in range: ClosedRange<Int>) -> Int {
        var size: Int = range.lowerBound
        while size < range.upperBound, size * density < bytes { size *= 2 }
        return size
    }
}
