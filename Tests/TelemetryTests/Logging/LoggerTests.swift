import Formats
import Telemetry
import Testing

@Suite struct LoggerTests {
    let sink = MemorySink()

    func logger(_ level: LogLevel = .info) -> Logger {
        Logger(level: level, sink: sink) { Timestamp(sinceEpoch: .seconds(1_000_000_000)) }
    }

    @Test("writes one JSON object a line: time, level, message, context, fields")
    func line() {
        logger().with(["controller": "environment"])
            .info("reconciled", ["key": .text("team/pr-42"), "after": .duration(.milliseconds(1_500)), "writes": 3])
        #expect(
            sink.lines == [
                #"{"time":"2001-09-09T01:46:40.000000Z","level":"info","message":"reconciled","#
                    + #""controller":"environment","key":"team/pr-42","after":1.5,"writes":3}"#
            ])
    }

    @Test("a field cannot end its line, whatever it holds")
    func control() {
        logger().info("seen", ["name": .text("a\nb\u{1B}[31m\"")])
        #expect(sink.lines.count == 1)
        #expect(sink.lines.allSatisfy { $0.utf8.allSatisfy { $0 >= 0x20 } })
    }

    @Test("lines below the level are not written", arguments: LogLevel.allCases)
    func levels(level: LogLevel) {
        let logger = logger(level)
        logger.debug("d")
        logger.info("i")
        logger.warning("w")
        logger.error("e")
        #expect(sink.lines.count == LogLevel.allCases.count - level.rawValue)
        #expect(LogLevel(word: level.word) == level)
    }

    @Test("a long text is cut, also in the middle of a character")
    func longText() {
        logger().info("seen", ["text": .text("a" + String(repeating: "ü", count: 5_000))])
        #expect(sink.lines.first.map { $0.utf8.count < Logger.longestText + 200 } == true)
        #expect(sink.lines.first?.contains("…") == true)
    }
}
