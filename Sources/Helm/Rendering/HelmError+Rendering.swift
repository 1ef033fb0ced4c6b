import GoTemplate

// Errors in Helm's words.
extension HelmError {
    init(parsing name: String, _ error: TemplateError) {
        let parts: [String] = error.message.components(separatedBy: ": ")
        guard parts.count > 1, let last = parts.last else {
            self.init("parse error in (\(name)): \(error.message)")
            return
        }
        self.init("parse error at (\(parts[1])): \(last)")
    }

    /// What `fail` and `required` say stands alone; any other error is shown with its way through the templates.
    init(executing name: String, _ error: TemplateError) {
        let parts: [String] = error.message.components(separatedBy: ": ")
        guard parts.count > 2 else {
            self.init("execution error in (\(name)): \(error.message)")
            return
        }
        if let refusal = error.refusal {
            self.init("execution error at (\(parts[1])): \(refusal.message)")
        } else {
            self.init(error.way ?? error.message)
        }
    }
}

/// What a chart itself says against its values, by `fail` or `required`.
struct ChartRefusal: Error, CustomStringConvertible {
    var message: String

    var description: String { message }
}

extension TemplateError {
    /// The refusal that an execution ended with, through however many templates and texts.
    fileprivate var refusal: ChartRefusal? {
        var cause: (any Error)? = self.cause
        while true {
            switch cause {
            case let error as TemplateError: cause = error.cause
            case let failure as TextFailure: cause = failure.cause
            default: return cause as? ChartRefusal
            }
        }
    }

    /// The places that the execution came through, each with what failed there; `nil` where a function refused, whose
    /// words have no place of their own.
    fileprivate var way: String? {
        var stations: [String] = []
        var error: TemplateError = self
        while true {
            guard let station = error.station else { return nil }
            if station != stations.last { stations.append(station) }
            guard let cause = error.cause else { return stations.joined(separator: "\n") }
            guard let next = cause as? TemplateError else { return nil }
            error = next
        }
    }

    /// Place, template and complaint, each on a line of its own, without what follows of an inner error.
    private var station: String? {
        guard message.hasPrefix("template: ") else { return nil }
        guard !message.hasPrefix("template: no template ") else { return message }
        let rest: String = String(message.dropFirst("template: ".count))
        guard let (place, executing) = rest.cut(at: ": executing "),
            let (context, complaint) = executing.cut(at: ">: ")
        else { return nil }
        let own: String = complaint.cut(at: " template:")?.before ?? complaint
        return "\(place)\n  executing \(context)>:\n    \(own)"
    }
}

extension String {
    /// The parts between occurrences of a separator.
    fileprivate func components(separatedBy separator: String) -> [String] {
        GoText.split(Array(utf8), Array(separator.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// What is before the first occurrence of a separator, and what is after it.
    fileprivate func cut(at separator: String) -> (before: String, after: String)? {
        let parts: [String] = components(separatedBy: separator)
        guard parts.count > 1 else { return nil }
        return (parts[0], parts.dropFirst().joined(separator: separator))
    }
}
