import Testing

@testable import Cryptography

@Suite struct SecureRandomTests {
    @Test("random bytes have the length asked for and differ")
    func lengths() throws {
        #expect(try SecureRandom.bytes(0).isEmpty)
        let first = try SecureRandom.bytes(32)
        let second = try SecureRandom.bytes(32)
        #expect(first.count == 32)
        #expect(first != second)
    }
}
