extension Unicode.Scalar.Properties {
    /// What `unicode.IsLetter` holds for a letter.
    package var isGoLetter: Bool {
        switch generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }
}

extension Unicode.Scalar {
    /// What `unicode.IsDigit` holds for a digit.
    package var isGoDigit: Bool { properties.generalCategory == .decimalNumber }
}
