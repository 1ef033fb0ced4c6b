import TestSupport

/// Templates by the grammar: most of them sensible, some nearly.
struct TemplateGenerator {
    private var generator: SeededGenerator
    private var variables: [String] = ["$"]
    /// What may be invoked without a recursion, which Go follows until its stack ends.
    private var callable: [String] = []
    /// Whether to write nothing that is an error with most data.
    private var isCareful: Bool = false

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func question(data: String) -> TemplateQuestion {
        variables = ["$"]
        isCareful = !chance(3)
        var text: String = ""
        callable = isCareful ? [] : ["\"none\""]
        for name in ["one", "two"] {
            if isCareful || chance(4) { text += "{{define \"\(name)\"}}\(list(depth: 2)){{end}}" }
            callable += ["\"\(name)\"", "`\(name)`"]
            variables = ["$"]
        }
        text += list(depth: 3)
        if !isCareful, chance(8) { text = spoiled(text) }
        let missing: String = pick(["default", "default", "zero", "zero", isCareful ? "zero" : "error"])
        return TemplateQuestion(missingKey: missing, text: Array(text.utf8), data: data)
    }

    private mutating func chance(_ bound: Int) -> Bool { generator.below(bound) == 0 }
    private mutating func pick(_ choices: [String]) -> String { choices[generator.below(choices.count)] }

    // MARK: - Statements

    private mutating func list(depth: Int) -> String {
        let count: Int = variables.count
        defer { variables.removeLast(variables.count - count) }
        return (0...generator.below(3)).map { _ in statement(depth: depth) }.joined()
    }

    private mutating func statement(depth: Int) -> String {
        switch generator.below(depth > 0 ? 12 : 6) {
        case 0: return pick(["a", " b ", "\n", "  - x\n", "\n\n  ", "é", "}}", "{", "\t"])
        case 1: return action("/* \(pick(["c", "\n", "}}"])) */", isComment: true)
        case 2: return declaration()
        case 3 where !callable.isEmpty:
            return action("template \(pick(callable)) \(isCareful ? "$" : operand(depth: 1))")
        case 4...6: return action(pipeline(depth: 2))
        case 7, 8: return condition("if", depth: depth)
        case 9: return condition("with", depth: depth)
        default: return loop(depth: depth)
        }
    }

    private mutating func action(_ body: String, isComment: Bool = false) -> String {
        let spaced: String = isComment || chance(2) ? body : " \(body) "
        let left: String = chance(6) ? (isComment ? "{{- " : "{{- ") : "{{"
        let right: String = chance(6) ? " -}}" : "}}"
        return left + spaced + right
    }

    private mutating func declaration() -> String {
        let name: String = pick(["$x", "$y", "$z"])
        let value: String = pipeline(depth: 2)
        if variables.contains(name), chance(2) { return action("\(name) = \(value)") }
        variables.append(name)
        return action("\(name) := \(value)")
    }

    private mutating func condition(_ keyword: String, depth: Int) -> String {
        let count: Int = variables.count
        defer { variables.removeLast(variables.count - count) }
        var head: String = pipeline(depth: 2)
        if chance(5) {
            head = "$v := " + head
            variables.append("$v")
        }
        var text: String = action("\(keyword) \(head)") + list(depth: depth - 1)
        if chance(4) { text += action("else \(keyword) \(pipeline(depth: 1))") + list(depth: depth - 1) }
        if chance(2) { text += action("else") + list(depth: depth - 1) }
        return text + action("end")
    }

    private mutating func loop(depth: Int) -> String {
        let count: Int = variables.count
        defer { variables.removeLast(variables.count - count) }
        var head: String =
            !isCareful && chance(3)
            ? pipeline(depth: 1)
            : pick(
                [".l", ".m", ".objs", ".list2", ".w", "3", ".tm", ".b"].map { isCareful && $0 != "3" ? "$" + $0 : $0 })
        switch generator.below(4) {
        case 0:
            head = "$i, $e := " + head
            variables += ["$i", "$e"]
        case 1:
            head = "$e := " + head
            variables.append("$e")
        default: break
        }
        var text: String = action("range \(head)") + list(depth: depth - 1)
        if chance(4) {
            text += action("if \(operand(depth: 1))") + action(pick(["break", "continue"])) + action("end")
        }
        if chance(3) { text += action("else") + list(depth: depth - 1) }
        return text + action("end")
    }

    // MARK: - Expressions

    private mutating func pipeline(depth: Int) -> String {
        var text: String = command(depth: depth)
        while chance(4) { text += " | " + function(depth: depth, isLast: true) }
        return text
    }

    private mutating func command(depth: Int) -> String {
        !chance(3) ? operand(depth: depth) : function(depth: depth, isLast: false)
    }

    private mutating func function(depth: Int, isLast: Bool) -> String {
        let careful: [String] = [
            "print", "print", "println", "printf", "list", "same", "and", "or", "not", "html", "js", "urlquery",
            "include", "none", "empty",
        ]
        let name: String =
            isCareful
            ? pick(careful)
            : pick([
                "print", "print", "printf", "printf", "print", "list", "eq", "eq", "same", "and", "or", "not", "html",
                "ne",
                "list", "same", "or", "and", "not", "print", "index", "len", "printf", "print", "println", "len",
                "index",
                "slice", "eq", "ne", "lt", "le", "gt", "ge", "and", "or",
                "not", "html", "js", "urlquery", "text", "number", "wide", "float", "flag", "same", "none", "list",
                "words", "joined", "sum", "size", "length", "fail", "include", "call", "set", "unset", "binary",
                "empty",
            ])
        if name == "set" && isLast || name == "include" && (callable.isEmpty || isCareful && isLast) { return "print" }
        let wanted: Int
        switch name {
        case "eq", "ne", "lt", "le", "gt", "ge", "index": wanted = 2
        case "none", "empty": wanted = 0
        case "print", "println", "and", "or", "list", "sum", "joined", "slice": wanted = 1 + generator.below(3)
        case "printf": return formatted(depth: depth, isLast: isLast)
        case "set": wanted = 3
        case "unset", "include": wanted = 2
        default: wanted = 1
        }
        var count: Int = isLast ? wanted - 1 : wanted
        if !isCareful, chance(15) { count += generator.below(3) - 1 }
        var words: [String] = [name]
        for _ in 0..<max(0, count) { words.append(argument(of: name, at: words.count, depth: depth)) }
        return words.joined(separator: " ")
    }

    private mutating func argument(of name: String, at place: Int, depth: Int) -> String {
        // A map in itself is printed without end.
        if name == "set", place > 2 { return pick(["1", "\"v\"", ".s", "nil"]) }
        if name == "include", place == 1 { return pick(callable) }
        if name == "include", isCareful { return "$" }
        if !chance(5) {
            switch (name, place) {
            case ("set", 1), ("unset", 1), ("size", 1): return pick([".m", ".em", "$.m"])
            case ("set", 2), ("unset", 2): return pick(["\"a\"", "\"b\"", "\"q\""])
            case ("text", _), ("words", _), ("joined", _), ("fail", _), ("binary", _): return string()
            case ("number", _), ("wide", _), ("sum", _), ("slice", 2), ("slice", 3): return pick(["1", "0", "2", ".i"])
            case ("index", 1), ("slice", 1), ("len", 1): return pick([".l", ".m", ".list2", ".s", ".w", ".objs"])
            case ("index", 2): return pick(["0", "1", "\"a\"", "\"c\"", ".i"])
            default: break
            }
        }
        return operand(depth: depth - 1)
    }

    private mutating func formatted(depth: Int, isLast: Bool) -> String {
        var format: String = ""
        let count: Int = generator.below(3)
        for _ in 0...count {
            format += pick(["", "x", " "]) + "%"
            if chance(3) { format += pick(["+", "-", "#", "0", " ", "-0", "+#"]) }
            if chance(3) { format += pick(["1", "5", "12", "*", "[1]", "[2]"]) }
            if chance(4) { format += pick([".", ".0", ".2", ".10", ".*"]) }
            format += pick(["v", "v", "s", "d", "q", "T", "x", "X", "f", "g", "e", "t", "c", "U", "b", "o", "%", "y"])
        }
        let arguments: [String] = (0..<count + (isLast ? 0 : 1)).map { _ in operand(depth: depth - 1) }
        return (["printf", "\"\(format)\""] + arguments).joined(separator: " ")
    }

    private mutating func operand(depth: Int) -> String {
        switch generator.below(depth > 0 ? 24 : 18) {
        case 0, 1: return string()
        case 2, 3:
            return pick(["0", "1", "-3", "42", "1.5", "1e6", "0x1F", "'a'", "0.1", "1_0", "1e21", "100000.0"])
        case 4: return pick(["true", "false", "."])
        case 5 where !isCareful: return pick(variables) + pick(["", "", "", "", ".a", ".m.a"])
        case 6, 7: return pick(variables)
        case 8: return (isCareful ? "$" : "") + pick([".z", ".missing", ".m.q", ".nm", ".nl", ".e", ".el"])
        case 9 where !isCareful: return pick(["nil", ".missing.x", ".z.x", ".s.x", ".name", ".a"])
        case 18 where !isCareful: return "(\(pipeline(depth: depth - 1)))" + pick([".a", ".c.d", ".name"])
        case 19...: return "(\(pipeline(depth: depth - 1)))"
        default: return field()
        }
    }

    private mutating func field() -> String {
        // Inside loops the dot is anything.
        let name: String = pick([
            ".s", ".n", ".f", ".i", ".l", ".m", ".t", ".m.a", ".m.b", ".m.c", ".m.c.d", ".u8", ".i64", ".b", ".w",
            ".tm", ".tm.k", ".big", ".f32", ".raw", ".uni", ".list2", ".objs", ".html", ".no", ".e", ".n",
        ])
        return isCareful ? "$" + name : name
    }

    private mutating func string() -> String {
        pick(["\"a\"", "\"\"", "`r`", "\"x y\"", "\"é\\n\"", "$.s", "$.m.a", "\"\\x00\"", "\"c\""])
    }

    private mutating func spoiled(_ text: String) -> String {
        var scalars: [Unicode.Scalar] = Array(text.unicodeScalars)
        let strangers: [Unicode.Scalar] = Array("{}()|.$\"`'-/* \n\t:=,!#é01aex\u{0}".unicodeScalars)
        let place: Int = generator.below(scalars.count + 1)
        if chance(2), place < scalars.count {
            scalars.remove(at: place)
        } else {
            scalars.insert(strangers[generator.below(strangers.count)], at: place)
        }
        var result: String.UnicodeScalarView = String.UnicodeScalarView()
        result.append(contentsOf: scalars)
        return String(result)
    }
}
