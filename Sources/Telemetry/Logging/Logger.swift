package import Formats

/// Writes JSON lines: time, level, message, then the fields in the order given.
///
/// The message is a literal and says what happened; what differs from line to line is a field. So lines of one
/// kind can be counted, and nothing is interpolated into a message that should not be there.
package struct Logger: Sendable {
    /// A longer text is cut: a field says which object and why, it does not hold the object.
    package static let longestText = 2_048

    package typealias Fields = KeyValuePairs<StaticString, LogValue>

    private let sink: any LogSink
    private let now: @Sendable () -> Timestamp
    private var context: [(name: String, value: LogValue)] = []
    /// Lines below it are not written.
    package var level: LogLevel

    package init(level: LogLevel = .info, sink: any LogSink, now: @escaping @Sendable () -> Timestamp) {
        self.level = level
        self.sink = sink
        self.now = now
    }

    /// A logger whose every line also holds these fields.
    package func with(_ fields: Fields) -> Logger {
        var logger = self
        logger.context += fields.map { ("\($0.key)", $0.value) }
        return logger
    }

    package func debug(_ message: StaticString, _ fields: Fields = [:]) { log(.debug, message, fields) }
    package func info(_ message: StaticString, _ fields: Fields = [:]) { log(.info, message, fields) }
    package func warning(_ message: StaticString, _ fields: Fields = [:]) { log(.warning, message, fields) }
    package func error(_ message: StaticString, _ fields: Fields = [:]) { log(.error, message, fields) }

    package func log(_ level: LogLevel, _ message: StaticString, _ fields: Fields = [:]) {
        guard level >= self.level else { return }
        var line: JSONValue = [
            "time": .string(now().microTime), "level": .string(level.word), "message": .string("\(message)"),
        ]
        for (name, value) in context { line[name] = value.json }
        for (name, value) in fields { line["\(name)"] = value.json }
        sink.write(line.encoded() + [UInt8(ascii: "\n")])
    }
}

extension LogValue {
    fileprivate var json: JSONValue {
        switch self {
        case .text(let text): .string(Self.shortened(text))
        case .integer(let number): .integer(Int64(number))
        case .bool(let bool): .bool(bool)
        case .duration(let duration): .double(duration / .seconds(1))
        }
    }

    private static func shortened(_ text: String) -> String {
        guard text.utf8.count > Logger.longestText else { return text }
        // The cut may split a character; decoding repairs it.
        return String(decoding: text.utf8.prefix(Logger.longestText), as: UTF8.self) + "…"
    }
}
