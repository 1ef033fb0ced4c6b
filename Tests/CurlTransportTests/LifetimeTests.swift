import HTTPModel
import Synchronization
import Testing

@testable import CurlTransport

@Suite struct LifetimeTests {
    @Test("a cancelled request lets go of its handle and its connection before it returns", arguments: [1, 40])
    func cancellation(count: Int) async throws {
        let arrived = Promise<Void>()
        let requests = Mutex(0)
        let left = Promise<Void>()
        try await withServer { connection in
            _ = connection.request()
            let number = requests.withLock { number in
                number += 1
                return number
            }
            if number == count { arrived.settle(.success(())) }
            connection.waitForEnd()
            let remaining = requests.withLock { number in
                number -= 1
                return number
            }
            if remaining == 0 { left.settle(.success(())) }
        } _: { server in
            var configuration = try CurlTransport.Configuration(server: server.url)
            configuration.connections = count
            try await withTransport(configuration) { transport in
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<count {
                        group.addTask {
                            await #expect(throws: CancellationError.self) {
                                try await transport.send(HTTPRequest(.get, "/"))
                            }
                        }
                    }
                    try? await arrived.value()
                    #expect(transport.statistics.exchanges.inFlight == count)
                    group.cancelAll()
                }
                #expect(transport.statistics.exchanges.inFlight == 0)
                #expect(transport.statistics.exchanges.connectionsOpen == 0)
                try await left.value()
            }
        }
    }

    @Test("a request of a task that is cancelled already is never sent")
    func cancelledBefore() async throws {
        try await withServer { _ in
        } _: { server in
            try await withTransport(.init(server: server.url)) { transport in
                await withTaskGroup(of: Void.self) { group in
                    group.cancelAll()
                    group.addTask {
                        await #expect(throws: CancellationError.self) {
                            try await transport.send(HTTPRequest(.get, "/"))
                        }
                        await #expect(throws: CancellationError.self) {
                            try await transport.stream(HTTPRequest(.get, "/")) { _ in }
                        }
                    }
                }
                #expect(transport.statistics.exchanges.connectionsOpened == 0)
                #expect(transport.statistics.streams.connectionsOpened == 0)
            }
        }
    }

    @Test("shutting down fails what is under way, and what comes later")
    func shutdown() async throws {
        let arrived = Promise<Void>()
        let streaming = Promise<Void>()
        try await withServer { connection in
            guard let request = connection.request() else { return }
            if request.line.contains("stream") {
                connection.write("HTTP/1.1 200 OK\r\n\r\nline\n")
            } else {
                arrived.settle(.success(()))
            }
            connection.waitForEnd()
        } _: { server in
            let transport = try CurlTransport(.init(server: server.url))
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    let error = await #expect(throws: HTTPTransportError.self) {
                        try await transport.send(HTTPRequest(.get, "/", timeout: .seconds(600)))
                    }
                    #expect(error?.code == .closed)
                }
                group.addTask {
                    let error = await #expect(throws: HTTPTransportError.self) {
                        try await transport.stream(HTTPRequest(.get, "/stream", timeout: .seconds(600))) { _ in
                            streaming.settle(.success(()))
                        }
                    }
                    #expect(error?.code == .closed)
                }
                try? await arrived.value()
                try? await streaming.value()
                await transport.shutdown()
            }
            await transport.shutdown()
            let statistics = transport.statistics
            #expect(statistics.exchanges.inFlight + statistics.streams.inFlight == 0)
            #expect(statistics.exchanges.connectionsOpen + statistics.streams.connectionsOpen == 0)
            let error = await #expect(throws: HTTPTransportError.self) {
                try await transport.send(HTTPRequest(.get, "/"))
            }
            #expect(error?.code == .closed)
        }
    }

    @Test("a transport that is let go of closes its connections by itself")
    func letGo() async throws {
        let closed = Promise<Void>()
        try await withServer { connection in
            while connection.request() != nil { connection.respond() }
            closed.settle(.success(()))
        } _: { server in
            do {
                let transport = try CurlTransport(.init(server: server.url))
                _ = try await transport.send(HTTPRequest(.get, "/"))
            }
            try await closed.value()
        }
    }

    @Test("many requests at once share the connections that are allowed, and all are answered")
    func concurrency() async throws {
        try await withServer { connection in
            while let request = connection.request() { connection.respond(body: request.line) }
        } _: { server in
            var configuration = try CurlTransport.Configuration(server: server.url)
            configuration.connections = 4
            try await withTransport(configuration) { transport in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<500 {
                        group.addTask {
                            let response = try await transport.send(HTTPRequest(.get, "/\(number)"))
                            #expect(response.body == Array("GET /\(number) HTTP/1.1".utf8))
                        }
                    }
                    try await group.waitForAll()
                }
                #expect((1...4).contains(transport.statistics.exchanges.connectionsOpened))
                #expect(transport.statistics.exchanges.finished == 500)
            }
        }
    }
}
