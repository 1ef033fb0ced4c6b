import GoTemplate
import RegularExpressions

extension HelmFunctions {
    /// Functions that change the case of letters, or part words by it.
    static let cases: [String: TemplateFunction] = [
        "upper": .text(.string) { GoText.bytes(GoText.scalars($0[0].stringBytes).map(\.goUppercase)) },
        "lower": .text(.string) { GoText.bytes(GoText.scalars($0[0].stringBytes).map(\.goLowercase)) },
        "title": .text(.string) { titled($0[0].stringBytes) },
        "untitle": .text(.string) { arguments in
            initialsChanged(arguments[0].stringBytes) { $0.goLowercase }
        },
        "swapcase": .text(.string) { swapped($0[0].stringBytes) },
        "initials": .text(.string) { arguments in
            // Byte by byte, which takes some characters apart, as sprig does.
            var isAfterGap: Bool = true
            return GoText.bytes(
                arguments[0].stringBytes.compactMap { byte in
                    let scalar: Unicode.Scalar = Unicode.Scalar(byte)
                    defer { isAfterGap = scalar.isGoSpace }
                    return isAfterGap && !scalar.isGoSpace ? scalar : nil
                })
        },
        "camelcase": .text(.string) { camelcase(GoText.scalars($0[0].stringBytes)) },
        "snakecase": .text(.string) { WordSplitter.lowercased($0[0].stringBytes, connector: "_") },
        "kebabcase": .text(.string) { WordSplitter.lowercased($0[0].stringBytes, connector: "-") },
    ]

    private static func titled(_ text: [UInt8]) -> [UInt8] {
        var previous: Unicode.Scalar = " "
        return GoText.bytes(
            GoText.scalars(text).map { scalar in
                defer { previous = scalar }
                return previous.separatesWords ? scalar.goTitlecase : scalar
            })
    }

    private static func initialsChanged(
        _ text: [UInt8], _ change: (Unicode.Scalar) -> Unicode.Scalar
    ) -> [UInt8] {
        var isNext: Bool = true
        return GoText.bytes(
            GoText.scalars(text).map { scalar in
                if scalar.isGoSpace {
                    isNext = true
                    return scalar
                }
                defer { isNext = false }
                return isNext ? change(scalar) : scalar
            })
    }

    private static func swapped(_ text: [UInt8]) -> [UInt8] {
        var isAfterSpace: Bool = true
        return GoText.bytes(
            GoText.scalars(text).map { scalar in
                switch scalar.properties.generalCategory {
                case .uppercaseLetter, .titlecaseLetter:
                    isAfterSpace = false
                    return scalar.goLowercase
                case .lowercaseLetter:
                    defer { isAfterSpace = false }
                    return isAfterSpace ? scalar.goTitlecase : scalar.goUppercase
                default:
                    isAfterSpace = scalar.isGoSpace
                    return scalar
                }
            })
    }

    /// `some_words` as `SomeWords`; connectors before the first word stay.
    private static func camelcase(_ text: [Unicode.Scalar]) -> [UInt8] {
        let start: Int = text.prefix { $0.connectsWords }.count
        var result: [Unicode.Scalar] = Array(text[..<start])
        guard start < text.count else { return GoText.bytes(result) }
        var last: Unicode.Scalar = text[start].goUppercase
        for scalar in text[(start + 1)...] {
            if scalar.connectsWords && last.connectsWords {
                result.append(last)
                continue
            }
            if last.connectsWords {
                last = scalar.goUppercase
            } else {
                result.append(last)
                last = scalar.goLowercase
            }
        }
        return GoText.bytes(result + [last])
    }
}

extension Unicode.Scalar {
    var goUppercase: Unicode.Scalar { Self.single(properties.uppercaseMapping) ?? self }
    var goLowercase: Unicode.Scalar { self == "\u{130}" ? "i" : Self.single(properties.lowercaseMapping) ?? self }
    var goTitlecase: Unicode.Scalar { Self.single(properties.titlecaseMapping) ?? self }

    private static func single(_ text: String) -> Unicode.Scalar? {
        text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
    }

    var connectsWords: Bool { self == "-" || self == "_" || isGoSpace }

    /// Whether a word begins after the character, as `strings.Title` sees it.
    fileprivate var separatesWords: Bool {
        if isASCII { return !(CharacterClass.word.contains { $0.contains(value) }) }
        return !properties.isGoLetter && !isGoDigit && isGoSpace
    }
}
