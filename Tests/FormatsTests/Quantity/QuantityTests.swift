import Formats
import TestSupport
import Testing

@Suite("Quantities")
struct QuantityTests {
    @Test(
        "prints the canonical form in the family of suffixes it was written in",
        arguments: [
            ("0", "0"), ("0Gi", "0"), ("-0", "0"), ("0.0m", "0"), ("1", "1"), ("100m", "100m"), ("0.1", "100m"),
            ("1.5", "1500m"), ("1.5Gi", "1536Mi"), ("1024Mi", "1Gi"), ("1000Mi", "1000Mi"), ("1000m", "1"),
            ("1000", "1k"), ("12e6", "12e6"), ("12E6", "12E6"), ("1000e3", "1e6"), ("0.5Gi", "512Mi"),
            ("0.5Ki", "512"), ("0.0001Ki", "102400u"), ("-1.5Gi", "-1536Mi"), ("10e4", "100e3"), ("1e5", "100e3"),
            ("100000u", "100m"), ("1.5Mi", "1536Ki"), ("8Ei", "9223372036854775807"),
            ("-8Ei", "-9223372036854775807"), ("1Ei", "1Ei"), ("0.001Ki", "1024m"),
        ])
    func canonical(text: String, expected: String) throws {
        #expect(try Quantity(text).description == expected)
    }

    @Test(
        "prints a text that is nearly canonical as it was written, as apimachinery does",
        arguments: ["+5", "007", "1.500", "1E3", "1e9999", "+4Gi", "1025Ki", "1.250e-6"])
    func written(text: String) throws {
        #expect(try Quantity(text).description == text)
    }

    @Test(
        "rounds away from zero what is finer than a billionth",
        arguments: [
            ("0.1n", "1n"), ("-0.1n", "-1n"), ("1.1n", "2n"), ("1e-9999", "1e-9"), ("0.0000000001", "1n"),
            ("1.0000000001", "1000000001n"), ("0.00000000000000000000000001Ki", "1n"),
        ])
    func rounding(text: String, expected: String) throws {
        #expect(try Quantity(text).description == expected)
    }

    @Test("keeps its value in print where its suffixes do not reach")
    func beyondSuffixes() throws {
        for text: String in ["1000E", "-1000000E", "123456E6", "1e9998"] {
            let quantity: Quantity = try Quantity(text)
            #expect(try Quantity(quantity.description) == quantity)
        }
        #expect(try Quantity("1000E").description == "1e21")
        let sum: Quantity = try Quantity("8Ei") + Quantity("8Ei") + Quantity("2")
        #expect(sum.description == "16Ei")
        var large: Quantity = try Quantity("1Ei")
        for _ in 0..<10 { large += large }
        #expect(large.description == "1180591620717411303424")
    }

    @Test(
        "D3: refuses with what to write instead",
        arguments: [
            ("", "it is empty"), (" 1", "is not one that Kubernetes reads"), ("1 ", "is not one"),
            ("1.5.2Gi", "is not one"), ("10GB", "leave out the B"), ("10GiB", "leave out the B"),
            ("10K", "write k for 1000 or Ki"), ("10gi", "write G or Gi"), ("10mi", "write Mi"), ("--1", "is not one"),
            ("Infinity", "is not one"), ("NaN", "is not one"), ("1e", "is not one"), ("1e+", "is not one"),
            ("1ee5", "is not one"), ("1Ki5", "is not one"), ("1i", "is not one"), ("0x10", "is not one"),
            ("１", "is not one"), ("1\u{212A}i", "is not one"), ("1_000", "is not one"), ("1,5", "is not one"),
            ("1e5.5", "is not one"), ("1e10000", "more than 10000 digits"), ("12e9999", "more than 10000 digits"),
            ("0.5e999999999", "more than 10000 digits"), ("0e999999999", "more than 10000 digits"),
            ("1e999999999", "more than 10000 digits"), ("1e99999999999999999999", "is not one"),
            ("Pi", "is not one"), (".Pi", "is not one"), (".e-10", "is not one"),
        ])
    func refuses(text: String, advice: String) {
        let error: FormatError? = #expect(throws: FormatError.self) { try Quantity(text) }
        #expect(error?.message.contains(advice) == true, "\(error?.message ?? "no error")")
    }

    @Test("takes a missing number for zero where apimachinery does", arguments: ["Ki", "m", "-", "+", ".", "-.k", "E"])
    func missingNumber(text: String) throws {
        #expect(try Quantity(text).isZero)
    }

    @Test("refuses a text without end")
    func longText() throws {
        #expect(try Quantity(String(repeating: "9", count: 10_000)) > Quantity("1e9999"))
        #expect(try Quantity("1e-999999999") == Quantity("1n"))
        let error: FormatError? = #expect(throws: FormatError.self) {
            try Quantity(String(repeating: "0", count: 11_001))
        }
        #expect(error?.message.contains("longer than 11000") == true)
    }

    @Test("compares amounts, whatever the text")
    func comparison() throws {
        let ascending: [String] = [
            "-1e9999", "-1Gi", "-1", "-1n", "0", "1n", "0.5m", "1m", "0.5", "1", "1k", "1Ki", "1M", "1Mi", "8Ei",
            "1e9998", "1e9999",
        ]
        let quantities: [Quantity] = try ascending.map { try Quantity($0) }
        for (index, one) in quantities.enumerated() {
            for (otherIndex, other) in quantities.enumerated() {
                #expect((one < other) == (index < otherIndex))
                #expect((one == other) == (index == otherIndex))
            }
        }
        for (one, other) in [("1", "1000m"), ("1Gi", "1024Mi"), ("1e3", "1k"), ("0", "-0Ki"), ("+1", "1.0")] {
            #expect(try Quantity(one) == Quantity(other))
            #expect(try Quantity(one).hashValue == Quantity(other).hashValue)
        }
    }

    @Test(
        "adds and subtracts exactly, in the left format unless that is zero",
        arguments: [
            ("1", "500m", "1500m", "500m"), ("1Gi", "1Mi", "1025Mi", "1023Mi"), ("0", "1Gi", "1Gi", "-1Gi"),
            ("1Gi", "1M", "1074741824", "1072741824"), ("5", "7", "12", "-2"), ("-5", "-7", "-12", "2"),
            ("-5", "7", "2", "-12"), ("1n", "1E", "1000000000000000000000000001n", "-999999999999999999999999999n"),
            ("5", "5", "10", "0"),
        ])
    func arithmetic(left: String, right: String, sum: String, difference: String) throws {
        #expect(try (Quantity(left) + Quantity(right)).description == sum)
        #expect(try (Quantity(left) - Quantity(right)).description == difference)
    }

    @Test("gives whole and thousandth values, rounded away from zero and kept within 64 bits")
    func values() throws {
        #expect(try Quantity("1.1").value == 2)
        #expect(try Quantity("-1.1").value == -2)
        #expect(try Quantity("1.0001").milliValue == 1_001)
        #expect(try Quantity("1e9999").value == .max)
        #expect(try Quantity("-1e9999").milliValue == .min)
        #expect(try Quantity("-9223372036854775808").value == .min)
        #expect(Quantity(.min).value == .min)
        #expect(Quantity(2_048, format: .binary).description == "2Ki")
    }

    @Test("knows its sign")
    func sign() throws {
        #expect(try Quantity("-0").sign == 0)
        #expect(try Quantity("-1n").sign == -1)
        #expect(try Quantity("1n").sign == 1)
        #expect(try (-Quantity("0")).sign == 0)
        #expect(Quantity.zero.isZero)
    }

    @Test("Fuzz: what is read, is printed and read again the same, and adds up")
    func fuzz() throws {
        let corpus: [String] = ["1.5Gi", "100m", "-12e6", "9223372036854775807", "0.000000001", "1e9999", "7Ei"]
        let tokens: [String] = ["Ki", "Ei", "n", "e", "E-9", ".", "000", "999999999999999999"]
        try Fuzzer(seed: 4).run(corpus: corpus, tokens: tokens) { bytes in
            guard let quantity = try? Quantity(String(decoding: bytes, as: UTF8.self)) else { return }
            try FuzzFailure.unless(try Quantity(quantity.description) == quantity, "reads back another amount")
            try FuzzFailure.unless((quantity + quantity - quantity) == quantity, "does not add up")
            try FuzzFailure.unless((quantity - quantity).isZero, "is not itself")
            try FuzzFailure.unless((quantity < .zero) == (quantity.sign < 0), "has another sign")
        }
    }
}
