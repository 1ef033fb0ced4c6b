package import GoTemplate

/// The templates of a chart, parsed once and rendered as often as one likes.
///
///     let engine = try ChartEngine(chart.allTemplates, functions: HelmFunctions.library(sources))
///     let files = try engine.render(values)
package struct ChartEngine: Sendable {
    private let templates: TemplateSet
    /// Those that are executed, in their order: values that one changes are changed for the next.
    private let executed: [Executed]

    private struct Executed: Sendable {
        var template: ChartTemplate
        var name: TemplateString
    }

    /// Parses the templates of a chart and of those in it.
    ///
    /// What a chart defines replaces what those in it define: the deepest are parsed first.
    package init(_ templates: [ChartTemplate], functions: FunctionLibrary) throws(HelmError) {
        let order: [ChartTemplate] = templates.sorted(by: Self.precedes)
        executed = order.filter { $0.name.pathParts.last?.hasPrefix("_") != true }.map {
            Executed(template: $0, name: TemplateString($0.name))
        }
        var set: TemplateSet = TemplateSet(name: "gotpl", functions: functions, missingKey: .zero)
        for template in order {
            do throws(TemplateError) {
                try set.parse(TemplateString(template.name), bytes: template.bytes)
            } catch {
                throw HelmError(parsing: template.name, error)
            }
        }
        set.finish()
        self.templates = set
    }

    /// The texts that the templates write, by their names; of partials none.
    ///
    /// `check` is called now and then; what it throws ends the rendering.
    package func render(
        _ values: RenderValues,
        limits: TemplateLimits = TemplateLimits(),
        check: (() throws -> Void)? = nil
    ) throws -> [String: String] {
        let execution: TemplateExecution = TemplateExecution(limits: limits, check: check)
        let scopes: ScopeValues = ScopeValues(values)
        var texts: [String: String] = [:]
        texts.reserveCapacity(executed.count)
        for (template, name) in executed.lazy.map({ ($0.template, $0.name) }) {
            let names: TemplateValue = .map([("BasePath", .text(template.basePath)), ("Name", .string(name))])
            guard let scope = scopes.scope(at: template.chartPath, for: names) else { continue }
            do {
                let text: TemplateString = try templates.execute(
                    name, with: .object(TemplateObject(named: "common.Values", .map(scope))),
                    in: execution)
                texts[template.name] = try text.withoutNoValue(of: template.name)
            } catch let error as TemplateError where error.code == .execution {
                throw HelmError(executing: template.name, error)
            }
        }
        return texts
    }

    /// Deeper templates first, and those of one depth from the last name to the first.
    private static func precedes(_ left: ChartTemplate, _ right: ChartTemplate) -> Bool {
        let slash: UInt8 = UInt8(ascii: "/")
        let (mine, theirs) = (left.name.utf8.count { $0 == slash }, right.name.utf8.count { $0 == slash })
        return mine != theirs ? mine > theirs : right.name.utf8.lexicographicallyPrecedes(left.name.utf8)
    }
}

extension TemplateString {
    private static let noValue: [UInt8] = Array("<no value>".utf8)

    /// Go writes `<no value>` for a missing one, and Helm nothing.
    ///
    /// - Throws: where the bytes are no text, which no object can hold; in notes they are replaced.
    fileprivate func withoutNoValue(of name: String) throws(HelmError) -> String {
        let bytes: [UInt8] = GoText.replacing(Self.noValue, by: [], in: bytes)
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        guard name.hasSuffix("NOTES.txt") else {
            throw HelmError("\(name) renders bytes that are no UTF-8: write b64enc before what is no text")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
