/// Texts that occur often, each in memory once.
struct TextPool: Sendable {
    private var texts: Set<String> = []

    mutating func shared(_ text: String) -> String {
        // So short a text lies in the String itself.
        guard text.utf8.count > 15 else { return text }
        return texts.insert(text).memberAfterInsert
    }
}
