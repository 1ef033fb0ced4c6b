/// How much a log line matters.
package enum LogLevel: Int, Sendable, Hashable, CaseIterable, Comparable {
    case debug
    case info
    case warning
    case error

    /// The word in the line, and on the command line that chooses a level.
    package var word: String {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }

    package init?(word: String) {
        guard let level = Self.allCases.first(where: { $0.word == word }) else { return nil }
        self = level
    }

    package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }
}
