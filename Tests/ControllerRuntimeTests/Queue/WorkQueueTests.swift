import ControllerRuntime
import KubernetesSimulator
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct WorkQueueTests {
    let time = ManualTime()

    func queue() -> WorkQueue<String> { WorkQueue(time: time, random: FixedRandom(0)) }

    @Test("a worker that waits gets the key as soon as it is added")
    func handsOver() async throws {
        let queue = queue()
        async let taken = queue.next()
        await Task.yield()
        queue.add("a")
        let key = try await taken?.key
        #expect(key == "a")
    }

    @Test("a timer fires without anybody asking, and an earlier one cuts the sleep short")
    func timers() async throws {
        let time = SimulatedTime()
        try await virtually(time) {
            let queue = WorkQueue<String>(time: time, random: FixedRandom(0))
            try await withThrowingTaskGroup { group in
                group.addTask { try await queue.run() }
                queue.add("late", after: .seconds(100))
                try await time.sleep(for: .seconds(5))
                queue.add("early", after: .seconds(10))
                for (key, due) in [("early", 15), ("late", 100)] {
                    let taken = try await queue.next()?.key
                    #expect(taken == key)
                    #expect(time.monotonic == .seconds(due))
                    queue.finish(key, .settled)
                }
                queue.close()
                try await group.waitForAll()
            }
        }
    }

    @Test("closing ends every wait, and the keeping of timers")
    func closing() async throws {
        let queue = queue()
        queue.add("later", after: .seconds(5))
        let ended = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<3 { group.addTask { try await queue.next() == nil } }
            group.addTask {
                try await queue.run()
                return true
            }
            await Task.yield()
            queue.close()
            return try await group.reduce(true) { $0 && $1 }
        }
        #expect(ended)
        #expect(queue.add("a") == .refused)
    }

    @Test("many workers: every key runs, none twice at once, and what is added while it runs runs again")
    func manyWorkers() async throws {
        let queue = WorkQueue<Int>(time: time, random: FixedRandom(0))
        let runs = Monitor<[Int: Int]>([:])
        let running = Monitor<Set<Int>>([])
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    while let key = try await queue.next()?.key {
                        // worker 1              worker 2              the adder
                        // takes 7
                        //                                             adds 7: dirty
                        //                       must not take 7
                        // finishes 7: queued
                        //                       takes 7
                        let isAlone = running.withLock { $0.insert(key).inserted }
                        #expect(isAlone, "\(key) runs twice at once")
                        await Task.yield()
                        runs.withLock { $0[key, default: 0] += 1 }
                        running.withLock { _ = $0.remove(key) }
                        queue.finish(key, .settled)
                    }
                }
            }
            for round in 0..<20 {
                for key in 0..<50 { queue.add(key) }
                if round % 3 == 0 { await Task.yield() }
            }
            while queue.count > 0, !Task.isCancelled { await Task.yield() }
            queue.close()
            try await group.waitForAll()
        }
        #expect(runs.read(\.count) == 50)
    }
}
