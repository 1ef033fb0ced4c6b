import Formats
import Kubernetes
import KubernetesSimulator

/// The whole operator in the simulated cluster, from a scenario's beginning to peace: a seed, a scenario, a plan.
package struct SimulationRun: Sendable {
    package var scenario: Scenario
    package var seed: UInt64
    package var plan: Plan
    /// How long nothing may be written once all is as asked for.
    package var quiet: Duration
    /// The trace is kept, and the run goes on to its end whatever it breaks on the way; else it ends at the first
    /// fact that breaks something.
    package var keepsTrace: Bool

    package init(
        _ scenario: Scenario, seed: UInt64, plan: Plan = Plan(), quiet: Duration = .seconds(310),
        keepsTrace: Bool = false
    ) {
        self.scenario = scenario
        self.seed = seed
        self.plan = plan
        self.quiet = quiet
        self.keepsTrace = keepsTrace
    }

    /// Lives it.
    package func report() throws -> RunReport {
        let server = try SimulatedHost.make()
        let world = World(server, hearsAll: plan.hearsAll, keepsTrace: keepsTrace)
        server.attach(world)
        defer { world.close() }
        for fault in plan.faults { if let fault = fault.ofRequests(since: world.start) { server.plan(fault) } }
        do {
            let settled = try DeterministicExecutor.run(seed: seed, server.time, limit: Self.jobLimit) { [self] in
                try await live(world, SkewedTime(server.time))
            }
            return world.report(settled)
        } catch let spinning as Spinning {
            world.note(BoundedLoad.title, spinning.description)
            return world.report(nil)
        }
    }

    /// Far more than a thousand environments need at one moment.
    private static let jobLimit = 1_000_000
}

// MARK: - The run

extension SimulationRun {
    private enum Event {
        case action(Action)
        /// A third party's, which is a fault.
        case disturbance(Action)
        case effect(Plan.Effect)
        /// Nothing: what went wrong until then does no more.
        case lull
    }

    /// How long after the last step and fault things may still go wrong.
    private static let aftermath = Duration.seconds(60)
    /// How long what is past may still be heard of: an event that has come again, a write that was long on its way.
    private static let echo = Duration.seconds(35)
    /// The time in which all must be as asked for once nothing goes wrong any more.
    private var bound: Duration { plan.isSilent ? .seconds(740) : .seconds(120) }

    /// Lives to the end, or until something is broken.
    private func live(_ world: World, _ clock: SkewedTime) async throws -> Duration? {
        try await withThrowingTaskGroup(of: Duration?.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await play(world, clock) }
            group.addTask {
                for await _ in world.integrity {}
                return nil
            }
            return try await group.next() ?? nil
        }
    }

    private func play(_ world: World, _ clock: SkewedTime) async throws -> Duration? {
        let time = world.server.time
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { await supervise("operator", world, clock) }
            var replicas = 0
            for (moment, event) in events {
                try await time.sleep(for: world.start + moment - time.now)
                switch event {
                case .action(let action) where action.verb == .replica,
                    .disturbance(let action) where action.verb == .replica:
                    replicas += 1
                    group.addTask { [replicas] in await supervise("replica\(replicas)", world, clock) }
                case .action(let action): group.addTask { try await perform(action, world) }
                case .disturbance(let action):
                    group.addTask { _ = try await People(world.server, world.codeHost).perform(action) }
                case .effect(let effect): strike(effect, world, clock)
                case .lull: break
                }
            }
            try await time.sleep(for: Self.aftermath)
            world.server.clearFaults()
            world.codeHost.fail(nil)
            for namespace in world.truth.hostNamespaces { world.server.mendVirtualClusters(in: namespace) }
            clock.mend()
            return try await settle(world)
        }
    }

    /// What people do and what goes wrong, in the order of time.
    private var events: [(Duration, Event)] {
        var events = scenario.steps.map { ($0.time, Event.action($0.action)) }
        for fault in plan.faults {
            let event: Event =
                if case .action(let action) = fault.effect { .disturbance(action) } else {
                    .effect(fault.effect)
                }
            events += fault.times.map { ($0, event) }
            // What comes back is another server.
            guard case .outage(let duration) = fault.effect else { continue }
            events += fault.times.map { ($0 + duration, .effect(.compact)) }
        }
        events.append((plan.end, .lull))
        return events.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element)
    }

    private func perform(_ action: Action, _ world: World) async throws {
        world.begin()
        defer { world.end() }
        if action.verb == .hook { try world.deliver(action.arguments[0], action.arguments[1]) }
        world.noteAction(action, try await People(world.server, world.codeHost).perform(action))
    }

    private func strike(_ effect: Plan.Effect, _ world: World, _ clock: SkewedTime) {
        switch effect {
        case .crash: world.crashAll()
        case .clock(let jump): clock.jump(by: jump)
        case .freeze: clock.freeze()
        case .drift(let thousandths): clock.setDrift(thousandths)
        case .cut: world.server.cutWatches()
        case .compact:
            world.server.compact()
            // Who is connected would not notice.
            world.server.cutWatches()
        case .outage(let duration):
            world.network.close(for: duration)
            world.server.cutWatches()
        case .virtual(let effect):
            for namespace in world.truth.hostNamespaces {
                world.server.plan(VirtualClusterFault(effect, namespace: namespace))
            }
        case .action, .request: break
        }
    }

    /// Starts a process, and another one whenever it has ended.
    private func supervise(_ name: String, _ world: World, _ clock: SkewedTime) async {
        var chance = SplitMix64(seed: seed)
        var generation = 0
        let journal = KeptJournal()
        while !Task.isCancelled {
            generation += 1
            journal.reopen()
            let process = OperatorProcess("\(name)-\(generation)", in: world, seed: chance.next(), journal)
            world.register(process)
            await process.run(on: world.server, seed: chance.next(), clock)
            do { try await world.server.time.sleep(for: .seconds(2)) } catch { return }
        }
    }
}

// MARK: - The end

extension SimulationRun {
    /// Waits for peace, and sees that it lasts.
    private func settle(_ world: World) async throws -> Duration? {
        let time = world.server.time
        let begin = time.now
        // The next list shows what was kept back, and the look after it says what follows.
        if plan.isSilent { try await time.sleep(for: .seconds(620)) }
        while true {
            let problems = problems(world)
            if problems.isEmpty { break }
            guard time.now - begin < bound else {
                world.note(Convergence.title, problems.joined(separator: "; "))
                return nil
            }
            try await time.sleep(for: .seconds(1))
        }
        let settled = time.now - begin
        try await time.sleep(for: Self.echo)
        world.beginQuiet()
        try await time.sleep(for: quiet)
        let writes = world.endQuiet()
        if let first = writes.first {
            world.note(Quiet.title, "\(writes.count) writes although all was settled, first \(first) at \(first.time)")
        }
        let problems = problems(world)
        if !problems.isEmpty { world.note(Convergence.title, "it did not last: " + problems.joined(separator: "; ")) }
        return settled
    }

    private func problems(_ world: World) -> [String] {
        guard !world.isSomebodyBusy else { return ["somebody still waits to create an environment"] }
        let convergence = Convergence(
            truth: world.truth, codeHost: world.codeHost, toleratesOrphans: scenario.contains(.strip))
        return convergence.problems(at: world.server.time.now)
    }
}

extension Plan.Fault {
    /// The simulator's form of a fault that strikes requests.
    fileprivate func ofRequests(since start: Timestamp) -> KubernetesSimulator.Fault? {
        guard case .request(let effect) = effect else { return nil }
        switch moment {
        case .request(let requests, let number): return requests.fault(effect, skipping: number - 1)
        case .span(let span, let requests):
            var fault = requests.fault(effect, skipping: 0)
            fault.count = nil
            fault.period = start + span.lowerBound..<start + span.upperBound
            return fault
        case .time, .repeated: return nil
        }
    }
}

extension Plan.Requests {
    fileprivate func fault(_ effect: KubernetesSimulator.Fault.Effect, skipping: Int) -> KubernetesSimulator.Fault {
        KubernetesSimulator.Fault(
            effect, verbs: kind.verbs, resource: resource, name: name, user: OperatorProcess.identity.user,
            skipping: skipping)
    }
}
