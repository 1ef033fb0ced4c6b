import Testing

@testable import Cryptography

@Suite struct SHA256Tests {
    @Test(
        "digests of FIPS 180-4's examples",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ]
    )
    func examples(text: String, digest: String) {
        #expect(SHA256.digest(of: text).hex == digest)
        #expect(SHA256.digest(of: text).description == digest)
    }

    @Test("a digest in pieces is the digest of the whole", arguments: [1, 3, 64, 1000])
    func pieces(size: Int) {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        var hash = SHA256()
        for start in stride(from: 0, to: bytes.count, by: size) {
            hash.update(bytes[start..<min(start + size, bytes.count)])
        }
        hash.update([])
        // A sequence without contiguous storage.
        hash.update(sequence(first: UInt8(1)) { $0 < 4 ? $0 + 1 : nil })
        #expect(hash.finalize() == SHA256.digest(of: bytes + [1, 2, 3, 4]))
    }
}
