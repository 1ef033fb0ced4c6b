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

    /// A text of a form; any other is noted and left out.
    func string(_ form: TextForm) -> String? {
        guard let text = string() else { return nil }
        guard form.matches(text) else {
            note("\(path) is \(text.shown): \(form.instruction)")
            return nil
        }
        return text
    }

    /// A text of at least one byte and at most so many.
    func string(limit: Int) -> String? {
        guard let text = string() else { return nil }
        guard !text.isEmpty, text.utf8.count <= limit else {
            note("\(path) has \(text.utf8.count) bytes: write 1 to \(limit), or leave it out")
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

    /// A duration of at least zero.
    func duration() -> Duration? {
        guard let text = string() else { return nil }
        do {
            let duration = try Duration(go: text)
            // Printed again it must be readable again: a class that was stored decides for years.
            guard TextForm.duration.matches(text), TextForm.duration.matches(duration.goText) else {
                note("\(path) is \(text.shown): \(TextForm.duration.instruction)")
                return nil
            }
            return duration
        } catch {
            note("\(path): \(error.message)")
            return nil
        }
    }

    /// A duration that is longer than zero.
    func positiveDuration() -> Duration? {
        guard let duration = duration() else { return nil }
        guard duration > .zero else {
            note(.durationPositive)
            return nil
        }
        return duration
    }

    func timestamp() -> Timestamp? {
        guard let text = string() else { return nil }
        do {
            return try Timestamp(text)
        } catch {
            note("\(path): \(error.message)")
            return nil
        }
    }

    /// An amount that is not negative, written as a string or as a whole number.
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
            let quantity = try Quantity(text)
            guard TextForm.quantity.matches(text), TextForm.quantity.matches(quantity.description) else {
                note("\(path) is \(text.shown): \(TextForm.quantity.instruction)")
                return nil
            }
            return quantity
        } catch {
            note("\(path): \(error.message)")
            return nil
        }
    }
}
