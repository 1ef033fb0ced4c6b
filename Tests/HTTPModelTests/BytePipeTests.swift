import HTTPModel
import Testing

@Suite("Bytes in a pipe", .timeLimit(.minutes(1)))
struct BytePipeTests {
    private struct Broken: Error {}

    @Test("come out in their order, and then the end")
    func order() async throws {
        let pipe = BytePipe()
        try await pipe.write([1, 2])
        try await pipe.write([3])
        pipe.finish()
        #expect(try await pipe.read() == [1, 2, 3])
        #expect(try await pipe.read() == nil)
        await #expect(throws: HTTPTransportError.self) { try await pipe.write([4]) }
    }

    @Test("a writer waits for room, and goes on when something was read")
    func room() async throws {
        let pipe = BytePipe(capacity: 2)
        try await pipe.write([1, 2, 3])
        #expect(!pipe.hasRoom)
        async let second: Void = pipe.write([4])
        #expect(try await pipe.read() == [1, 2, 3])
        try await second
        #expect(try await pipe.read() == [4])
    }

    @Test("a failure comes after the bytes before it, and ends a writer at once; what comes later changes nothing")
    func failure() async throws {
        let pipe = BytePipe(capacity: 1)
        try await pipe.write([1])
        async let waiting: Void = pipe.write([2])
        pipe.end(.failure(Broken()))
        pipe.end(.success(()))
        do {
            try await waiting
            Issue.record("it was written")
        } catch is Broken {}
        #expect(try await pipe.read() == [1])
        await #expect(throws: Broken.self) { try await pipe.read() }
    }

    @Test("a task that waits at either end is cancelled", arguments: [true, false])
    func cancellation(reads: Bool) async throws {
        let pipe = BytePipe(capacity: 1)
        if !reads { try await pipe.write([1]) }
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                if reads { _ = try await pipe.read() } else { try await pipe.write([2]) }
            }
            for _ in 0..<100 { await Task.yield() }
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
    }

    @Test("the thread at the other end is woken by what a task does, and never waits")
    func thread() async throws {
        let (calls, called) = AsyncStream.makeStream(of: Void.self)
        let pipe = BytePipe(capacity: 4) { called.yield() }
        [UInt8]([1, 2, 3, 4]).withUnsafeBytes { pipe.offer($0) }
        #expect(!pipe.hasRoom)
        #expect(try await pipe.read() == [1, 2, 3, 4])
        #expect(pipe.hasRoom)
        try await pipe.write([5])
        #expect(pipe.take() == [5])
        #expect(pipe.take() == [])
        pipe.finish()
        #expect(pipe.isDrained)
        called.finish()
        var count = 0
        for await _ in calls { count += 1 }
        #expect(count == 3)
    }

    @Test("of a pair, what one end writes the other reads")
    func pair() async throws {
        let (left, right) = PipedStream.pair()
        try await left.write([1])
        try await right.write([2])
        #expect(try await left.read() == [2])
        #expect(try await right.read() == [1])
        left.finish()
        #expect(try await right.read() == nil)
        try await right.write([3])
        #expect(try await left.read() == [3])
    }
}
