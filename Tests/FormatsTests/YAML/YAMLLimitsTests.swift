import Formats
import Testing

@Suite("Limits of reading YAML")
struct YAMLLimitsTests {
    private static func error(_ text: String, _ change: (inout FormatLimits) -> Void = { _ in }) -> FormatError? {
        var limits: FormatLimits = FormatLimits()
        change(&limits)
        return #expect(throws: FormatError.self) { try YAML.documents(in: text, limits: limits) }
    }

    @Test("D12: refuses a text nested 10,000 levels deep, in whatever style")
    func depth() throws {
        let flow: String = String(repeating: "[", count: 10_000)
        let block: String = String(repeating: "- ", count: 10_000)
        let maps: String = String(repeating: "{a: ", count: 10_000)
        let keys: String = String(repeating: "? ", count: 10_000)
        for text in [flow, block, maps, keys] {
            let error: FormatError? = Self.error(text)
            #expect(error?.message.contains("deeper than 512 levels") == true)
            #expect(error?.position?.line == 1)
        }
        let allowed: String = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
        #expect(try YAML.documents(in: allowed).count == 1)
        #expect(Self.error("[\(allowed)]") != nil)
    }

    @Test("D12: counts the levels of what an alias repeats")
    func aliasDepth() throws {
        let text: String = "a: &a [[[1]]]\nb: [[*a]]\n"
        #expect(try YAML.documents(in: text).count == 1)
        #expect(Self.error(text) { $0.depth = 5 }?.message.contains("deeper than 5 levels") == true)
    }

    @Test("D12: refuses an alias bomb before it takes time or memory")
    func bomb() {
        var text: String = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...60 {
            let aliases: String = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        let error: FormatError? = Self.error(text)
        #expect(error?.position != nil)
        let isExcessive: Bool = error?.message.contains("repeated by aliases") == true
        #expect(isExcessive || error?.message.contains("more than 2000000 values") == true)
    }

    @Test("D12: refuses an alias bomb of keys and merges")
    func mergeBomb() {
        var text: String = "a0: &a0 {k0: 1, k1: 1, k2: 1}\n"
        for level in 1...60 {
            text +=
                "a\(level): &a\(level) {<<: [*a\(level - 1), *a\(level - 1), *a\(level - 1)], l\(level): *a\(level - 1)}\n"
        }
        #expect(Self.error(text)?.message.contains("repeated by aliases") == true)
    }

    @Test("D12: refuses more values than the limit, with repeated ones and over all documents")
    func values() throws {
        #expect(
            Self.error("[1, 2, 3]\n---\n[4, 5]\n".replacing("[", with: "- [")) { $0.values = 10 }?.position?.line == 3)
        let repeating: String = "a: &a [1, 2, 3]\nb: [*a, *a]\n"
        #expect(Self.error(repeating) { $0.values = 15 }?.message.contains("more than 15 values") == true)
        var limits: FormatLimits = FormatLimits()
        limits.values = 20
        #expect(
            try YAML.documents(in: repeating, limits: limits) == [["a": [1, 2, 3], "b": [[1, 2, 3], [1, 2, 3]]]])
    }

    @Test("allows as many aliases as kubectl does, and no more")
    func share() throws {
        let small: String = "a: &a [\(Array(repeating: "x", count: 50).joined(separator: ", "))]\n"
        let aliases: String = Array(repeating: "*a", count: 120).joined(separator: ", ")
        #expect(try YAML.documents(in: small + "b: [\(aliases)]\n").count == 1)
        let large: String = "a: &a [\(Array(repeating: "x", count: 150).joined(separator: ", "))]\n"
        let many: String = Array(repeating: "*a", count: 1_000).joined(separator: ", ")
        #expect(Self.error(large + "b: [\(many)]\n")?.message.contains("repeated by aliases") == true)
    }

    @Test("D12: names the limits on size and digits")
    func sizes() {
        #expect(Self.error("a: 12345\n") { $0.bytes = 8 }?.description.contains("larger than 8 bytes") == true)
        let error: FormatError? = Self.error("a: 0.\(String(repeating: "1", count: 399))\n")
        #expect(error?.message.contains("at most 400 digits") == true)
    }
}
