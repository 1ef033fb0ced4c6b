import Formats

extension Field {
    /// A string, a whole number or a boolean: what a parameter may be.
    func scalar() -> JSONValue? {
        guard let value else { return nil }
        switch value {
        case .bool, .integer: return value
        case .string(let text) where text.utf8.count <= Limits.parameterValue: return value
        case .string(let text):
            note("\(path) has \(text.utf8.count) bytes: write at most \(Limits.parameterValue)")
        default:
            note("\(path) is \(value.kindText): write a string, a whole number, true or false")
        }
        return nil
    }

    /// The text of a block of addresses.
    func addressBlock() -> String? {
        guard let text = string() else { return nil }
        guard TextForm.addressBlock.matches(text), AddressBlock(text) != nil else {
            note("\(path) is \(text.shown): \(TextForm.addressBlock.instruction)")
            return nil
        }
        return text
    }

    /// The field, as if absent where it is an empty string.
    var nonEmpty: Field {
        value?.string?.isEmpty == true ? Field(nil, at: path, ViolationLog()) : self
    }
}
