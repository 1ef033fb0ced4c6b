import HTTPModel
import Synchronization
import Testing

@testable import CurlTransport

@Suite struct StreamTests {
    private func lines(
        _ serve: @escaping @Sendable (LoopbackConnection) -> Void,
        limits: CurlTransport.Limits = .init()
    ) async throws -> (lines: [String], response: Result<HTTPResponse, any Error>) {
        try await withServer(serve) { server in
            var configuration = try CurlTransport.Configuration(server: server.url)
            configuration.limits = limits
            return try await withTransport(configuration) { transport in
                var lines: [String] = []
                do {
                    let response = try await transport.stream(HTTPRequest(.get, "/")) { line in
                        lines.append(String(decoding: line, as: UTF8.self))
                    }
                    #expect(transport.statistics.streams.inFlight == 0)
                    return (lines, .success(response))
                } catch {
                    #expect(transport.statistics.streams.inFlight == 0)
                    return (lines, .failure(error))
                }
            }
        }
    }

    @Test("lines arrive one by one, however the bytes are cut", arguments: ["one\n\ntwö\r\nthree", "\n", "x\n"])
    func lines(body: String) async throws {
        let (received, response) = try await lines { connection in
            _ = connection.request()
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n")
            for byte in body.utf8 {
                connection.write("1\r\n")
                connection.write([byte])
                connection.write("\r\n")
            }
            connection.write("0\r\n\r\n")
        }
        // By bytes: to `String`, a carriage return and a line feed are one character.
        var expected = body.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { String($0) ?? "" }
        if expected.last == "" { expected.removeLast() }
        #expect(received == expected)
        #expect(try response.get().body == [])
        #expect(try response.get().headers["X-A"] == "b")
    }

    @Test("what is no success comes whole, and the receiver sees nothing of it")
    func failure() async throws {
        let (received, response) = try await lines { connection in
            _ = connection.request()
            connection.respond("410 Gone", body: "too\nold\n")
        }
        #expect(received == [])
        #expect(try response.get().status == 410)
        #expect(try response.get().body == Array("too\nold\n".utf8))
    }

    @Test("what came before the connection broke is received first")
    func interruption() async throws {
        let (received, response) = try await lines { connection in
            _ = connection.request()
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\none\ntwo\nt\r\n")
        }
        #expect(received == ["one", "two"])
        let error = #expect(throws: HTTPTransportError.self) { try response.get() }
        #expect(error?.code == .interrupted)
    }

    @Test("a line longer than the limit is refused, however it comes")
    func lineBomb() async throws {
        var limits = CurlTransport.Limits()
        limits.lineBytes = 100_000
        let (received, response) = try await lines(
            { connection in
                _ = connection.request()
                connection.write("HTTP/1.1 200 OK\r\n\r\nshort\n")
                let piece = [UInt8](repeating: 0x61, count: 1000)
                while connection.write(piece) {}
            }, limits: limits
        )
        #expect(received == ["short"])
        let error = #expect(throws: HTTPTransportError.self) { try response.get() }
        #expect(error?.code == .tooLarge)
    }

    @Test("the timeout is for the head: a stream may be silent for longer")
    func timeout() async throws {
        // A busy machine may need longer for the head than the first of these.
        for timeout in [Duration.milliseconds(100), .seconds(1), .seconds(10)] {
            if try await linesOfSilentStream(timeout) == ["first", "second"] { return }
        }
        Issue.record("the stream ended with its timeout")
    }

    /// The lines of a stream that is silent for twice the timeout of its head.
    private func linesOfSilentStream(_ timeout: Duration) async throws -> [String] {
        let othersEnded = try Gate()
        return try await withServer { connection in
            let line = connection.request()?.line ?? ""
            guard line.contains("silent") else { return connection.waitForEnd() }
            connection.write("HTTP/1.1 200 OK\r\n\r\nfirst\n")
            othersEnded.wait()
            connection.write("second\n")
        } _: { server in
            try await withTransport(.init(server: server.url)) { transport in
                var lines: [String] = []
                _ = try? await transport.stream(HTTPRequest(.get, "/silent", timeout: timeout)) { line in
                    lines.append(String(decoding: line, as: UTF8.self))
                    guard lines.count == 1 else { return }
                    for _ in 0..<2 {
                        _ = try? await transport.stream(HTTPRequest(.get, "/", timeout: timeout)) { _ in }
                    }
                    othersEnded.open()
                }
                // Where the head was late.
                if lines.isEmpty { othersEnded.open() }
                return lines
            }
        }
    }

    @Test("a line that is too long is refused also where it had to wait for the receiver")
    func lineBombAfterPause() async throws {
        var limits = CurlTransport.Limits()
        limits.lineBytes = 1000
        limits.bufferedBytes = 100
        let (received, response) = try await lines(
            { connection in
                _ = connection.request()
                connection.write("HTTP/1.1 200 OK\r\n\r\n")
                // Each line alone fills the buffer, so that the next ones always wait.
                for _ in 0..<50 { connection.write(String(repeating: "a", count: 900) + "\n") }
                connection.write(String(repeating: "b", count: 1100) + "\nc\n")
            }, limits: limits
        )
        #expect(received.count <= 50 && received.allSatisfy { $0.hasPrefix("a") })
        let error = #expect(throws: HTTPTransportError.self) { try response.get() }
        #expect(error?.code == .tooLarge)
    }

    @Test("a slow receiver makes the server wait, and loses nothing", arguments: [true, false])
    func backPressure(chunked: Bool) async throws {
        let length = 8191
        let line = String(repeating: "x", count: length) + "\n"
        let piece = chunked ? "2000\r\n\(line)\r\n" : line
        let count = 4 << 10  // 32 MiB, more than the sockets and the transport hold.
        let blockedAfter = Promise<Int>()
        try await withServer { connection in
            _ = connection.request()
            connection.write("HTTP/1.1 200 OK\r\n\(chunked ? "Transfer-Encoding: chunked\r\n" : "")\r\n")
            for number in 0..<count {
                if !connection.isWritable(within: 300) { blockedAfter.settle(.success(number)) }
                guard connection.write(piece) else { break }
            }
            if chunked { connection.write("0\r\n\r\n") }
            blockedAfter.settle(.success(count))
        } _: { server in
            try await withTransport(.init(server: server.url)) { transport in
                let received = Mutex(0)
                let blocked = Mutex(0)
                _ = try await transport.stream(HTTPRequest(.get, "/")) { line in
                    let isFirst = received.withLock { count in
                        count += line.count == length ? 1 : 0
                        return count == 1
                    }
                    if isFirst {
                        let number = try await blockedAfter.value()
                        blocked.withLock { $0 = number }
                    }
                }
                #expect(received.withLock { $0 } == count)
                #expect(blocked.withLock { (1..<count).contains($0) })
            }
        }
    }

    @Test("a stream that ends by its receiver, or by cancellation, is gone when it returns", arguments: [true, false])
    func endings(byReceiver: Bool) async throws {
        struct Enough: Error {}
        let left = Promise<Void>()
        try await withServer { connection in
            _ = connection.request()
            connection.write("HTTP/1.1 200 OK\r\n\r\n")
            while connection.write("line\n") {}
            left.settle(.success(()))
        } _: { server in
            try await withTransport(.init(server: server.url)) { transport in
                let received = Promise<Void>()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        do {
                            _ = try await transport.stream(HTTPRequest(.get, "/")) { _ in
                                if byReceiver { throw Enough() }
                                received.settle(.success(()))
                            }
                        } catch {
                            #expect(byReceiver ? error is Enough : error is CancellationError)
                            received.settle(.success(()))
                        }
                        #expect(transport.statistics.streams.inFlight == 0)
                        #expect(transport.statistics.streams.connectionsOpen == 0)
                    }
                    try await received.value()
                    if !byReceiver { group.cancelAll() }
                    try await group.waitForAll()
                }
                try await left.value()
            }
        }
    }

    @Test("a silent stream ends at once when its task is cancelled")
    func cancelledInSilence() async throws {
        try await withServer { connection in
            _ = connection.request()
            connection.write("HTTP/1.1 200 OK\r\n\r\nline\n")
            connection.waitForEnd()
        } _: { server in
            try await withTransport(.init(server: server.url)) { transport in
                let received = Promise<Void>()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        await #expect(throws: CancellationError.self) {
                            try await transport.stream(HTTPRequest(.get, "/")) { _ in received.settle(.success(())) }
                        }
                    }
                    try await received.value()
                    group.cancelAll()
                }
                #expect(transport.statistics.streams.inFlight == 0)
            }
        }
    }

    @Test("a receiver may send requests of its own while its stream waits")
    func requestsFromReceiver() async throws {
        try await withServer { connection in
            while let request = connection.request() {
                guard request.line.contains("stream") else {
                    connection.respond()
                    continue
                }
                connection.write("HTTP/1.1 200 OK\r\n\r\n")
                let line = String(repeating: "x", count: 8191) + "\n"
                for _ in 0..<2_000 { connection.write(line) }
                return
            }
        } _: { server in
            try await withTransport(.init(server: server.url)) { transport in
                var count = 0
                _ = try await transport.stream(HTTPRequest(.get, "/stream")) { _ in
                    count += 1
                    guard count.isMultiple(of: 100) else { return }
                    let response = try await transport.send(HTTPRequest(.get, "/"))
                    #expect(response.status == 200)
                }
                #expect(count == 2_000)
            }
        }
    }
}
