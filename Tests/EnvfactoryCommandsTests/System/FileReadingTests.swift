import Glibc
import TestSupport
import Testing

@testable import EnvfactoryCommands

@Suite("Reading what a descriptor holds")
struct FileReadingTests {
    @Test("ends when it is cancelled, though nobody writes and nobody closes the pipe")
    func cancellation() async {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let (reader, writer) = (ends[0], ends[1])
        #expect(write(writer, "half", 4) == 4)
        await withTaskGroup(of: (any Error)?.self) { group in
            group.addTask {
                do {
                    _ = try FileReading.all(of: reader, "a pipe", limit: 1 << 10)
                    return nil
                } catch {
                    return error
                }
            }
            group.cancelAll()
            let error = await group.next() ?? nil
            #expect(error is CancellationError)
        }
    }

    @Test("takes all of it, and says what is too large")
    func reading() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { close(ends[0]) }
        #expect(write(ends[1], "whole", 5) == 5)
        close(ends[1])
        #expect(try FileReading.all(of: ends[0], "a pipe", limit: 1 << 10) == Array("whole".utf8))
        #expect(throws: SystemError.self) {
            let descriptor = open("/dev/zero", O_RDONLY | O_CLOEXEC)
            defer { close(descriptor) }
            _ = try FileReading.all(of: descriptor, "zeroes", limit: 1 << 20)
        }
    }
}
