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
                throw Self.failure(parsing: template.name, error.message)
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
                texts[template.name] = text.withoutNoValue
            } catch let error as TemplateError where error.code == .execution {
                throw Self.failure(executing: template.name, error)
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

// MARK: - Errors in Helm's words

extension ChartEngine {
    private static func failure(parsing name: String, _ message: String) -> HelmError {
        let parts: [String] = message.components(separatedBy: ": ")
        guard parts.count > 1, let last = parts.last else { return HelmError("parse error in (\(name)): \(message)") }
        return HelmError("parse error at (\(parts[1])): \(last)")
    }

    /// What `fail` and `required` say stands alone; every other error keeps its way through the templates.
    private static func failure(executing name: String, _ error: TemplateError) -> HelmError {
        let parts: [String] = error.message.components(separatedBy: ": ")
        guard parts.count > 2 else { return HelmError("execution error in (\(name)): \(error.message)") }
        guard let refusal = error.refusal else { return HelmError(error.message) }
        return HelmError("execution error at (\(parts[1])): \(refusal.message)")
    }
}

/// What a chart itself says against its values, by `fail` or `required`.
struct ChartRefusal: Error, CustomStringConvertible {
    var message: String

    var description: String { message }
}

extension TemplateError {
    /// The refusal that an execution ended with, through however many templates.
    fileprivate var refusal: ChartRefusal? {
        var cause: (any Error)? = self.cause
        while let error = cause as? TemplateError { cause = error.cause }
        return cause as? ChartRefusal
    }
}

extension TemplateString {
    private static let noValue: [UInt8] = Array("<no value>".utf8)

    /// Go writes `<no value>` for a missing one, and Helm nothing.
    fileprivate var withoutNoValue: String {
        String(decoding: GoText.replacing(Self.noValue, by: [], in: bytes), as: UTF8.self)
    }
}

extension String {
    /// The parts between occurrences of a separator.
    fileprivate func components(separatedBy separator: String) -> [String] {
        GoText.split(Array(utf8), Array(separator.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }
}
