/// YAML with the meaning that `kubectl` gives it.
///
/// That is YAML 1.1 as Go's yaml.v2 resolves it (`yes`, `on` and `y` are true, `0777` is octal, `1.0`
/// becomes the integer 1), turned into JSON as sigs.k8s.io/yaml does it (keys become strings). Where
/// kubectl would silently lose something, this refuses: a key given twice, a second document after
/// `...`, bytes that are no text. `Scripts/oracle` compares the two.
package enum YAML {
    /// What becomes of a mapping in which a key stands more than once.
    package enum RepeatedKeys: Sendable {
        case refused
        /// The last one counts, as in Go's readers.
        case replaced
    }

    /// Reads all documents of a text; empty ones are left out.
    ///
    /// Lines that hold `---` alone, or with a comment, divide documents. What begins like JSON is read
    /// as JSON if it is, also one value after the other. UTF-8, or UTF-16 with a byte order mark.
    ///
    /// - Throws: an error with its line and column.
    package static func documents(
        in bytes: [UInt8],
        limits: FormatLimits = FormatLimits(),
        repeatedKeys: RepeatedKeys = .refused
    ) throws(FormatError) -> [JSONValue] {
        guard bytes.count <= limits.bytes else {
            let message: String = "the text is larger than \(limits.bytes) bytes: split it into several files"
            throw FormatError(message, at: FormatError.Position(line: 1, column: 1))
        }
        var splitter: YAMLDocumentSplitter = YAMLDocumentSplitter(bytes: try YAMLEncoding.utf8(bytes))
        var values: Int = limits.values
        var documents: [JSONValue] = []
        while let text = try splitter.next() {
            documents += try read(text, limits: limits, repeatedKeys, values: &values).filter { !$0.isNull }
        }
        return documents
    }

    /// Reads all documents of a text; empty ones are left out.
    package static func documents(
        in text: String, limits: FormatLimits = FormatLimits(), repeatedKeys: RepeatedKeys = .refused
    ) throws(FormatError) -> [JSONValue] {
        try documents(in: Array(text.utf8), limits: limits, repeatedKeys: repeatedKeys)
    }

    private static func read(
        _ text: YAMLDocumentText, limits: FormatLimits, _ repeatedKeys: RepeatedKeys, values: inout Int
    ) throws(FormatError) -> [JSONValue] {
        // Nearly JSON, such as `{a: 1}`, may still be YAML: its reader then says what is wrong.
        // Several values in a row are `kubectl`'s meaning only where the whole text begins with them.
        if text.beginsLikeJSON, let values = JSONSequence.values(in: text.bytes, limits: limits),
            values.count == 1 || text.firstLine == 1
        {
            return values
        }
        var reader: YAMLDocumentReader = try YAMLDocumentReader(
            text, limits: limits, values: values, repeatedKeys: repeatedKeys)
        let value: JSONValue = try reader.read()
        values = reader.remainingValues
        return [value]
    }
}
