import Formats

extension Field {
    func string() -> String? {
        guard let value else { return nil }
        guard let text = value.string else {
            note("\(path) is \(value.kindText), not a string: put it in quotes")
            return nil
        }
        return text
    }

    func bool() -> Bool? {
        guard let value else { return nil }
        guard let flag = value.bool else {
            note("\(path) is \(value.kindText), not a boolean: write true or false, without quotes")
            return nil
        }
        return flag
    }

    func integer(in range: ClosedRange<Int64>) -> Int64? {
        guard let value else { return nil }
        guard let number = value.integer, range.contains(number) else {
            note("\(path) must be a whole number from \(range.lowerBound) to \(range.upperBound): change it")
            return nil
        }
        return number
    }

    /// One word of a closed set.
    func choice<Word: RawRepresentable & CaseIterable>(_: Word.Type) -> Word? where Word.RawValue == String {
        guard let text = string() else { return nil }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            note("\(path) is \(text.shown): use one of \(words)")
            return nil
        }
        return word
    }

    func duration() -> Duration? {
        guard let text = string() else { return nil }
        do {
            return try Duration(go: text)
        } catch {
            note("\(path) is \(text.shown), which is no duration: \(error.message)")
            return nil
        }
    }

    func timestamp() -> Timestamp? {
        guard let text = string() else { return nil }
        do {
            return try Timestamp(text)
        } catch {
            note("\(path) is \(text.shown), which is no time: \(error.message)")
            return nil
        }
    }

    /// An amount, written as a string or as a whole number.
    func quantity() -> Quantity? {
        guard let value else { return nil }
        let text: String
        switch value {
        case .string(let written): text = written
        case .integer(let number): text = String(number)
        case .unsigned(let number): text = String(number)
        default:
            note("\(path) is \(value.kindText), not a quantity: write a whole number or a string such as \"500m\"")
            return nil
        }
        do {
            return try Quantity(text)
        } catch {
            note("\(path) is \(text.shown), which is no quantity: \(error.message)")
            return nil
        }
    }
}
