extension Lexer {
    /// The next token between the delimiters.
    mutating func action() -> Token {
        if rightDelimiter(at: position).isThere {
            return parenthesisDepth == 0 ? endOfAction() : fail("unclosed left paren")
        }
        if let byte = peek(), GoCharacter.isSpace(byte) { return space() }
        guard let value = advance() else { return fail("unclosed action") }
        guard let ascii = UInt8(exactly: value), ascii < 0x80 else {
            guard GoCharacter.isAlphanumeric(value) else { return unrecognized(value) }
            backUp()
            return word()
        }
        switch ascii {
        case UInt8(ascii: "="): return token(.assign)
        case UInt8(ascii: ":"):
            guard advance() == UInt32(UInt8(ascii: "=")) else { return fail("expected :=") }
            return token(.declare)
        case UInt8(ascii: "|"): return token(.pipe)
        case UInt8(ascii: "\""): return quoted(ascii, .string, "unterminated quoted string")
        case UInt8(ascii: "'"): return quoted(ascii, .characterConstant, "unterminated character constant")
        case UInt8(ascii: "`"): return rawQuoted()
        case UInt8(ascii: "$"): return fieldOrVariable(.variable)
        case UInt8(ascii: "."):
            if let digit = peek(), !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit) { return fieldOrVariable(.field) }
            backUp()
            return number()
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            backUp()
            return number()
        case UInt8(ascii: "("):
            parenthesisDepth += 1
            return token(.leftParenthesis)
        case UInt8(ascii: ")"):
            parenthesisDepth -= 1
            return parenthesisDepth < 0 ? fail("unexpected right paren") : token(.rightParenthesis)
        default:
            if GoCharacter.isAlphanumeric(value) {
                backUp()
                return word()
            }
            return GoCharacter.isPrintable(value) ? token(.character) : unrecognized(value)
        }
    }

    private mutating func unrecognized(_ value: UInt32) -> Token {
        fail("unrecognized character in action: \(GoCharacter.named(value))")
    }

    /// Whether what comes may follow a name.
    private func isAtTerminator() -> Bool {
        guard let byte = peek() else { return true }
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "|"), UInt8(ascii: ":"), UInt8(ascii: ")"),
            UInt8(ascii: "("):
            return true
        default: return GoCharacter.isSpace(byte) || starts(with: "}}", at: position)
        }
    }

    /// Passes over letters and digits; the character after them, 0 at the end.
    private mutating func passAlphanumerics() -> UInt32? {
        while let value = advance() {
            guard GoCharacter.isAlphanumeric(value) else {
                backUp()
                return value
            }
        }
        return nil
    }

    private mutating func word() -> Token {
        let following: UInt32? = passAlphanumerics()
        if let following, !isAtTerminator() { return fail("bad character \(GoCharacter.named(following))") }
        let word: String = String(decoding: bytes[start..<position], as: UTF8.self)
        if let keyword = Token.keywords[word] { return token(keyword) }
        return token(word == "true" || word == "false" ? .bool : .identifier)
    }

    private mutating func fieldOrVariable(_ kind: Token.Kind) -> Token {
        if isAtTerminator() { return token(kind == .variable ? .variable : .dot) }
        let following: UInt32? = passAlphanumerics()
        if let following, !isAtTerminator() { return fail("bad character \(GoCharacter.named(following))") }
        return token(kind)
    }

    private mutating func quoted(_ quote: UInt8, _ kind: Token.Kind, _ complaint: String) -> Token {
        while let value = advance() {
            switch value {
            case UInt32(quote): return token(kind)
            case 0x0A: return fail(complaint)
            case UInt32(UInt8(ascii: "\\")):
                guard let escaped = advance(), escaped != 0x0A else { return fail(complaint) }
            default: continue
            }
        }
        return fail(complaint)
    }

    private mutating func rawQuoted() -> Token {
        while let value = advance() {
            if value == UInt32(UInt8(ascii: "`")) { return token(.rawString) }
        }
        return fail("unterminated raw quoted string")
    }

    // MARK: - Numbers

    private mutating func number() -> Token {
        guard scanNumber() else { return badNumber() }
        guard let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return token(.number) }
        guard scanNumber(), bytes[position - 1] == UInt8(ascii: "i") else { return badNumber() }
        return token(.complex)
    }

    private mutating func badNumber() -> Token {
        let text: TemplateString = TemplateString(bytes: Array(bytes[start..<position]))
        return fail("bad number syntax: \(GoQuotation.quoted(text))")
    }

    /// Passes over what looks like a number; whether it ends where a number may.
    private mutating func scanNumber() -> Bool {
        _ = accept("+-")
        var digits: StaticString = "0123456789_"
        var (isDecimal, isHexadecimal): (Bool, Bool) = (true, false)
        if accept("0") {
            if accept("xX") {
                digits = "0123456789abcdefABCDEF_"
                (isDecimal, isHexadecimal) = (false, true)
            } else if accept("oO") {
                digits = "01234567_"
                isDecimal = false
            } else if accept("bB") {
                digits = "01_"
                isDecimal = false
            }
        }
        while accept(digits) {}
        if accept(".") { while accept(digits) {} }
        if isDecimal && accept("eE") || isHexadecimal && accept("pP") {
            _ = accept("+-")
            while accept("0123456789_") {}
        }
        _ = accept("i")
        guard let value = advance() else { return true }
        if GoCharacter.isAlphanumeric(value) { return false }
        backUp()
        return true
    }

    private mutating func accept(_ characters: StaticString) -> Bool {
        guard let byte = peek() else { return false }
        for index in 0..<characters.utf8CodeUnitCount where characters.utf8Start[index] == byte {
            position += 1
            return true
        }
        return false
    }
}
