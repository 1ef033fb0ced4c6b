import ControllerRuntime
import Testing

@Suite struct MonitorTests {
    @Test("a task waits until the value satisfies it, and may take it")
    func waiting() async throws {
        let monitor = Monitor<[Int]>([])
        async let taken = monitor.wait { $0.isEmpty ? nil : $0.removeFirst() }
        monitor.withLock { $0.append(7) }
        #expect(try await taken == 7)
        #expect(monitor.read { $0.isEmpty })
    }

    @Test("cancellation ends a wait before, while and after it begins")
    func cancellation() async {
        let monitor = Monitor(false)
        for yields in 0..<20 {
            let ended = await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    do {
                        // main task             waiting task
                        // cancelAll             (before) wait sees the cancellation
                        //                       (after)  the handler removes the waiter
                        _ = try await monitor.wait { $0 ? true : nil }
                        return false
                    } catch { return error is CancellationError }
                }
                for _ in 0..<yields { await Task.yield() }
                group.cancelAll()
                return await group.next()
            }
            #expect(ended == true)
        }
    }

    @Test("every element is taken exactly once by many waiters")
    func manyWaiters() async throws {
        let monitor = Monitor<[Int]>([])
        let sum = Monitor(0)
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<100 {
                        let value = try await monitor.wait { $0.popLast() }
                        sum.withLock { $0 += value }
                    }
                }
            }
            group.addTask {
                for value in 1...800 {
                    monitor.withLock { $0.append(value) }
                    if value % 7 == 0 { await Task.yield() }
                }
            }
            try await group.waitForAll()
        }
        #expect(sum.read(\.self) == 800 * 801 / 2)
    }
}
