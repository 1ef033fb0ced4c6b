import Glibc
import Telemetry
import Testing

@Suite struct DescriptorSinkTests {
    /// A pipe that nobody reads until `readAll`.
    struct Pipe: ~Copyable {
        let reading: Int32
        let writing: Int32

        init() {
            var ends: [Int32] = [0, 0]
            let result = pipe(&ends)
            precondition(result == 0)
            (reading, writing) = (ends[0], ends[1])
        }

        func readAll() -> String {
            var bytes: [UInt8] = []
            var request = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
            while poll(&request, 1, 0) == 1 {
                var chunk = [UInt8](repeating: 0, count: 65_536)
                let count = read(reading, &chunk, chunk.count)
                guard count > 0 else { break }
                bytes += chunk.prefix(count)
            }
            return String(decoding: bytes, as: UTF8.self)
        }

        deinit {
            close(reading)
            close(writing)
        }
    }

    @Test("a reader that has stopped reading blocks nobody, and learns how many lines it missed")
    func stalledReader() {
        let pipe = Pipe()
        let sink = DescriptorSink(descriptor: pipe.writing, capacity: 100_000)
        let line = Array((String(repeating: "x", count: 999) + "\n").utf8)
        for _ in 0..<500 { sink.write(line) }  // A pipe holds 64 KiB and the sink 100 kB: this would block.
        var text = pipe.readAll()
        for _ in 0..<5 {
            sink.flush()
            text += pipe.readAll()
        }
        sink.write(Array("last\n".utf8))
        text += pipe.readAll()

        let lines = text.split(separator: "\n")
        let whole = lines.filter { $0.count == 999 }.count
        #expect(lines.last == "last")
        #expect(lines.dropLast().last == #"{"level":"warning","message":"log lines dropped","count":\#(500 - whole)}"#)
        #expect(whole + 2 == lines.count)
        #expect(whole > 100)
    }

    @Test("a closed reader is no error")
    func closedReader() {
        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        close(ends[0])
        let sink = DescriptorSink(descriptor: ends[1])
        for _ in 0..<10 { sink.write([0x0A]) }
        close(ends[1])
    }
}
