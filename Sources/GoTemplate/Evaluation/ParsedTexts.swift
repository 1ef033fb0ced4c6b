import Synchronization

/// Texts that were read before, as `tpl` gets the same ones for every tenant.
final class ParsedTexts: Sendable {
    private struct Key: Hashable {
        var name: TemplateString
        var text: [UInt8]
    }

    private struct Contents: Sendable {
        var definitions: [Key: [TemplateDefinition]] = [:]
        var bytes: Int = 0
    }

    /// Bytes of texts that are kept at most; beyond, all are forgotten, for few charts ever have as many.
    private static let maximumBytes: Int = 1 << 20

    private let contents: Mutex<Contents> = Mutex(Contents())

    func definitions(_ name: TemplateString, _ text: [UInt8]) -> [TemplateDefinition]? {
        contents.withLock { $0.definitions[Key(name: name, text: text)] }
    }

    func keep(_ definitions: [TemplateDefinition], _ name: TemplateString, _ text: [UInt8]) {
        guard text.count <= Self.maximumBytes / 16 else { return }
        contents.withLock { contents in
            contents.bytes += text.count + 64
            if contents.bytes > Self.maximumBytes { contents = Contents(bytes: text.count + 64) }
            contents.definitions[Key(name: name, text: text)] = definitions
        }
    }
}
