import Testing

@testable import Cryptography

@Suite struct HMACSHA256Tests {
    @Test(
        "codes of RFC 4231 and of GitHub's documentation",
        arguments: [
            (
                Array("It's a Secret to Everybody".utf8), "Hello, World!",
                "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
            ),
            (
                Array("Jefe".utf8), "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
            ([], "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
        ]
    )
    func vectors(key: [UInt8], message: String, code: String) throws {
        let message = Array(message.utf8)
        #expect(Hexadecimal.text(HMACSHA256.code(for: message, key: key)) == code)
        var bytes = try #require(Hexadecimal.bytes(code))
        #expect(HMACSHA256.isValid(bytes, for: message, key: key))
        bytes[31] ^= 1
        #expect(!HMACSHA256.isValid(bytes, for: message, key: key))
        #expect(!HMACSHA256.isValid([], for: message, key: key))
    }

    @Test("equality in constant time is equality")
    func constantTime() {
        #expect(ConstantTime.areEqual([], []))
        #expect(ConstantTime.areEqual([1, 2], [1, 2]))
        #expect(!ConstantTime.areEqual([1, 2], [1, 3]))
        #expect(!ConstantTime.areEqual([1, 2], [1, 2, 3]))
    }
}
