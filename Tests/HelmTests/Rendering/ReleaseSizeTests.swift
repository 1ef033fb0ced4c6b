import TestSupport
import Testing

@testable import Helm

@Suite("Release sizes") struct ReleaseSizeTests {
    @Test("refuses a release that has no room in its Secret")
    func refuses() throws {
        var generator: SeededGenerator = SeededGenerator(seed: 1)
        let noise: [UInt8] = (0..<800_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        #expect(problem { try ReleaseSize.check(noise) }.contains("of at most 1048576"))
        try ReleaseSize.check(Array(noise.prefix(700_000)))
        try ReleaseSize.check(Array(repeating: 0x61, count: 4 << 20))
        #expect(ReleaseSize.stored([]) % 4 == 0)
    }
}
