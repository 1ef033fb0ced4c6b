import GoTemplate

extension HelmFunctions {
    /// Functions on integers, which wrap around where they overflow, as Go's do.
    static let numbers: [String: TemplateFunction] = sequences.merging(
        [
            "add": .value(variadic: .any, result: .int64) { .int64($0.reduce(0) { $0 &+ $1.castInteger }) },
            "add1": .value(.any, result: .int64) { .int64($0[0].castInteger &+ 1) },
            "sub": .value(.any, .any, result: .int64) { .int64($0[0].castInteger &- $0[1].castInteger) },
            "mul": .value(.any, variadic: .any, result: .int64) {
                .int64($0.dropFirst().reduce($0[0].castInteger) { $0 &* $1.castInteger })
            },
            "div": .value(.any, .any, result: .int64) {
                .int64(try divided($0[0].castInteger, $0[1].castInteger).quotient)
            },
            "mod": .value(.any, .any, result: .int64) {
                .int64(try divided($0[0].castInteger, $0[1].castInteger).remainder)
            },
            "max": .value(.any, variadic: .any, result: .int64) { .int64($0.map(\.castInteger).max() ?? 0) },
            "biggest": .value(.any, variadic: .any, result: .int64) { .int64($0.map(\.castInteger).max() ?? 0) },
            "min": .value(.any, variadic: .any, result: .int64) { .int64($0.map(\.castInteger).min() ?? 0) },
            "int": .value(.any, result: .int) { .int(Int($0[0].castInteger)) },
            "int64": .value(.any, result: .int64) { .int64($0[0].castInteger) },
            "atoi": .value(.string, result: .int) { .int(Int(GoNumber.integer($0[0].text, radix: 10) ?? 0)) },
            "toDecimal": .value(.any, result: .int64) {
                .int64(GoNumber.integer(try $0[0].printed().text, radix: 8) ?? 0)
            },
        ]
    ) { $1 }

    private static let sequences: [String: TemplateFunction] = [
        "until": .value(.int, result: .list(.int)) { arguments in
            integers(try steps(from: 0, to: arguments[0].int, by: arguments[0].int < 0 ? -1 : 1))
        },
        "untilStep": .value(.int, .int, .int, result: .list(.int)) {
            integers(try steps(from: $0[0].int, to: $0[1].int, by: $0[2].int))
        },
        "seq": .text(variadic: .int) { arguments in
            let numbers: [Int] = try sequence(arguments.map(\.int))
            return Array(numbers.map(String.init).joined(separator: " ").utf8)
        },
    ]

    private static func divided(_ left: Int64, _ right: Int64) throws -> (quotient: Int64, remainder: Int64) {
        guard right != 0 else { throw TemplateFunctionError("runtime error: integer divide by zero") }
        return (left.dividedReportingOverflow(by: right).partialValue, right == -1 ? 0 : left % right)
    }

    private static func integers(_ values: [Int]) -> TemplateValue {
        .list(TemplateList(values.map { .int($0) }, of: .int))
    }

    private static func steps(from start: Int, to end: Int, by step: Int) throws -> [Int] {
        guard step != 0, (end < start) == (step < 0) else { return [] }
        let (distance, overflows): (Int, Bool) = end.subtractingReportingOverflow(start)
        guard !overflows, distance.magnitude / step.magnitude <= 1_000_000 else {
            throw TemplateFunctionError("a list from \(start) to \(end) by \(step) is too long")
        }
        return Array(stride(from: start, to: end, by: step))
    }

    /// The numbers of `seq`, which includes its end, as the program of that name does.
    private static func sequence(_ bounds: [Int]) throws -> [Int] {
        guard 1...3 ~= bounds.count, let end = bounds.last else { return [] }
        let start: Int = bounds.count == 1 ? 1 : bounds[0]
        let direction: Int = end < start ? -1 : 1
        let step: Int = bounds.count == 3 ? bounds[1] : direction
        if bounds.count == 3, end < start, step > 0 { return [] }
        return try steps(from: start, to: end &+ direction, by: step)
    }
}
