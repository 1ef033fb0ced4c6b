import Formats
import GoTemplate

extension HelmFunctions {
    /// Functions whose results differ each time; their bytes come from the given source.
    static func random(_ sources: HelmFunctionSources) -> [String: TemplateFunction] {
        let alphabets: [(String, [UInt8])] = [
            ("randAlphaNum", characters { $0.isLetter || $0.isNumber }), ("randAlpha", characters { $0.isLetter }),
            ("randNumeric", characters { $0.isNumber }), ("randAscii", Array(0x20...0x7E)),
        ]
        var functions: [String: TemplateFunction] = [:]
        for (name, alphabet) in alphabets {
            functions[name] = .text(.int) { arguments in
                var numbers: RandomNumbers = RandomNumbers(bytes: sources.randomBytes)
                return try (0..<checked(arguments[0].int)).map { _ in alphabet[try numbers.below(alphabet.count)] }
            }
        }
        functions["randBytes"] = .text(.int) { arguments in
            Array(Base64.encode(try sources.randomBytes(try checked(arguments[0].int))).utf8)
        }
        functions["randInt"] = .value(.int, .int, result: .int) { arguments in
            let (low, high): (Int, Int) = (arguments[0].int, arguments[1].int)
            let (count, overflows): (Int, Bool) = high.subtractingReportingOverflow(low)
            guard count > 0, !overflows else { throw TemplateFunctionError("invalid argument to Intn") }
            var numbers: RandomNumbers = RandomNumbers(bytes: sources.randomBytes)
            return .int(low + (try numbers.below(count)))
        }
        functions["shuffle"] = .text(.string) { arguments in
            var scalars: [Unicode.Scalar] = GoText.scalars(arguments[0].stringBytes)
            var numbers: RandomNumbers = RandomNumbers(bytes: sources.randomBytes)
            for index in scalars.indices.dropFirst().reversed() { scalars.swapAt(index, try numbers.below(index + 1)) }
            return GoText.bytes(scalars)
        }
        functions["uuidv4"] = .text { _ in uuid(try sources.randomBytes(16)) }
        return functions
    }

    private static func characters(_ isWanted: (Character) -> Bool) -> [UInt8] {
        (0x20...0x7E).filter { isWanted(Character(Unicode.Scalar($0))) }
    }

    private static func checked(_ count: Int) throws -> Int {
        guard 0...1_000_000 ~= count else {
            throw TemplateFunctionError("\(count) random characters are too many, or too few")
        }
        return count
    }

    private static func uuid(_ random: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        let digits: [UInt8] = Array("0123456789abcdef".utf8)
        for (index, byte) in random.prefix(16).enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            let byte: UInt8 = index == 6 ? byte & 0x0F | 0x40 : index == 8 ? byte & 0x3F | 0x80 : byte
            text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return text
    }
}

/// Numbers that are equally likely, made of random bytes.
private struct RandomNumbers {
    let bytes: @Sendable (Int) throws -> [UInt8]

    mutating func below(_ bound: Int) throws -> Int {
        let limit: UInt64 = UInt64(bound)
        // Numbers beyond the last whole multiple of the bound would favour the lower ones.
        let last: UInt64 = .max - .max % limit
        while true {
            let number: UInt64 = try bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
            if number < last { return Int(number % limit) }
        }
    }
}
