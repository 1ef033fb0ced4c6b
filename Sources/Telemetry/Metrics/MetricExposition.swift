/// A family whose type the registry does not know.
protocol ExposedFamily: Sendable {
    var name: String { get }
    func expose(into text: inout String)
}

extension MetricFamily: ExposedFamily {
    func expose(into text: inout String) {
        text += "# HELP \(name) \(Exposition.escapedHelp(help))\n# TYPE \(name) \(Series.type)\n"
        for (values, series) in sorted() {
            let pairs = zip(labels, values).map { "\($0)=\"\(Exposition.escapedLabel($1))\"" }
            for sample in series.samples() {
                let bound = sample.bound.map { ["le=\"\(Exposition.number($0))\""] } ?? []
                let braces = (pairs + bound).joined(separator: ",")
                text += name + sample.suffix + (braces.isEmpty ? "" : "{\(braces)}")
                text += " \(Exposition.number(sample.value))\n"
            }
        }
    }
}

enum Exposition {
    /// A label value is quoted: backslash, quote and line feed are escaped.
    static func escapedLabel(_ value: String) -> String {
        escaped(value) { $0 == "\"" }
    }

    /// A help text is not quoted: backslash and line feed are escaped.
    static func escapedHelp(_ value: String) -> String {
        escaped(value) { _ in false }
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }

    private static func escaped(_ value: String, _ isSpecial: (Unicode.Scalar) -> Bool) -> String {
        // By scalars, not characters: CR LF is one character, and its line feed would end the line.
        var scalars = String.UnicodeScalarView()
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\n": scalars.append(contentsOf: "\\n".unicodeScalars)
            case "\\": scalars.append(contentsOf: "\\\\".unicodeScalars)
            case _ where isSpecial(scalar):
                scalars.append("\\")
                scalars.append(scalar)
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }
}
