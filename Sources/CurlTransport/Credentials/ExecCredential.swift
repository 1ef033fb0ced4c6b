import CCurl
package import Formats
import Glibc
import HTTPModel
import Synchronization

/// The credential that a program prints, as `kubectl` runs it for a kubeconfig's `exec`.
///
/// It is run when a request needs it, once for all that need it then, and again when its credential expires or
/// is refused. A run that nobody waits for any more is ended.
package final class ExecCredential: CredentialSource {
    private struct Waiter {
        var ticket: Int
        var continuation: CheckedContinuation<Credential, any Error>
    }

    private struct Run {
        var number: Int
        var waiters: [Waiter] = []
        /// Closing it ends the run.
        var abortWriter: Int32
    }

    private struct State {
        var status: ExecStatus?
        var run: Run?
        var runs = 0
        var tickets = 0
    }

    private enum Entry {
        case answered(Result<Credential, any Error>)
        case waiting
        case beginning(run: Int, abortReader: Int32)
    }

    private let configuration: ExecConfiguration
    private let process: PluginProcess
    private let isInteractive: Bool
    private let now: @Sendable () -> Timestamp
    private let state = Mutex(State())

    /// A program that inherits `environment`; `isInteractive` says whether a person sits before our standard input,
    /// which is never so in the operator.
    package init(
        _ configuration: ExecConfiguration,
        environment: [String: String],
        isInteractive: Bool,
        timeout: Duration = .seconds(60),
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.configuration = configuration
        self.isInteractive = isInteractive
        self.now = now
        let mayAsk = isInteractive && configuration.interactiveMode != .never
        process = PluginProcess(
            command: configuration.command,
            arguments: configuration.arguments,
            environment: Self.environment(environment, configuration, mayAsk: mayAsk),
            isInteractive: mayAsk,
            timeout: timeout
        )
    }

    private static func environment(
        _ inherited: [String: String],
        _ configuration: ExecConfiguration,
        mayAsk: Bool
    ) -> [String] {
        var variables = inherited
        for (name, value) in configuration.environment { variables[name] = value }
        var information: JSONValue = [
            "kind": "ExecCredential", "apiVersion": .string(configuration.apiVersion.rawValue),
            "spec": ["interactive": .bool(mayAsk)],
        ]
        if let cluster = configuration.cluster { information["spec"]?["cluster"] = cluster }
        variables["KUBERNETES_EXEC_INFO"] = information.text()
        return variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }

    package func credential() async throws -> Credential {
        guard configuration.interactiveMode != .always || isInteractive else {
            throw failure("needs a person (interactiveMode Always), and there is none: use a token file instead")
        }
        let ticket = state.withLock { state in
            state.tickets += 1
            return state.tickets
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { enter(Waiter(ticket: ticket, continuation: $0)) }
        } onCancel: {
            leave(ticket)
        }
    }

    package func credentialAtHand() throws -> Credential? {
        let now = now()
        return state.withLock { $0.status.flatMap { $0.isCurrent(at: now) ? $0.credential : nil } }
    }

    package func invalidate(_ rejected: Credential) async {
        state.withLock { state in
            if state.status?.credential == rejected { state.status = nil }
        }
    }

    // MARK: Waiting

    private func enter(_ waiter: Waiter) {
        let now = now()
        let entry: Entry = state.withLock { state in
            // Asked under the lock: who is cancelled later finds the waiter among the others.
            if Task.isCancelled { return .answered(.failure(CancellationError())) }
            if let status = state.status, status.isCurrent(at: now) {
                return .answered(.success(status.credential))
            }
            if state.run != nil {
                state.run?.waiters.append(waiter)
                return .waiting
            }
            var ends: [Int32] = [-1, -1]
            guard pipe2(&ends, O_CLOEXEC) == 0 else { return .answered(.failure(failure(.start(errno)))) }
            state.runs += 1
            state.run = Run(number: state.runs, waiters: [waiter], abortWriter: ends[1])
            return .beginning(run: state.runs, abortReader: ends[0])
        }
        switch entry {
        case .answered(let result): waiter.continuation.resume(with: result)
        case .waiting: break
        case .beginning(let run, let abortReader): begin(run, abortReader)
        }
    }

    private func leave(_ ticket: Int) {
        let waiter: Waiter? = state.withLock { state in
            guard let index = state.run?.waiters.firstIndex(where: { $0.ticket == ticket }) else { return nil }
            let waiter = state.run?.waiters.remove(at: index)
            if let run = state.run, run.waiters.isEmpty {
                close(run.abortWriter)
                state.run = nil
            }
            return waiter
        }
        waiter?.continuation.resume(throwing: CancellationError())
    }

    // MARK: Running

    private func begin(_ run: Int, _ abortReader: Int32) {
        let hasBegun = NativeThread.begin { [self] in
            let result = output(abort: abortReader)
            close(abortReader)
            finish(run, result)
        }
        guard !hasBegun else { return }
        close(abortReader)
        finish(run, .failure(failure(.start(EAGAIN))))
    }

    private func output(abort: Int32) -> Result<ExecStatus, any Error> {
        do {
            return .success(try ExecStatus(try process.run(abort: abort), of: configuration))
        } catch let error as PluginFailure {
            return .failure(error == .aborted ? CancellationError() : failure(error))
        } catch {
            return .failure(error)
        }
    }

    private func finish(_ number: Int, _ result: Result<ExecStatus, any Error>) {
        let waiters: [Waiter] = state.withLock { state in
            // A run that was given up is no longer here, and another may be.
            guard let run = state.run, run.number == number else { return [] }
            close(run.abortWriter)
            state.run = nil
            if case .success(let status) = result { state.status = status }
            return run.waiters
        }
        for waiter in waiters { waiter.continuation.resume(with: result.map(\.credential)) }
    }

    // MARK: Messages

    private func failure(_ reason: PluginFailure) -> HTTPTransportError {
        switch reason {
        case .start(ENOENT):
            failure("not found: \(configuration.installHint ?? "install it, or name its path in the kubeconfig")")
        case .start(let error):
            failure("cannot be run (\(String(cString: strerror(error)))): check the command in the kubeconfig")
        case .exit(let status):
            failure("failed (\(Self.text(status))): its own words are on standard error; run it by hand")
        case .output: failure("printed more than \(process.outputLimit) bytes: is it the right one?")
        case .timeout: failure("did not end within \(process.timeout): run it by hand to see what it waits for")
        case .aborted: failure("was ended, since nobody waited for it")
        }
    }

    private func failure(_ what: String) -> HTTPTransportError {
        HTTPTransportError(.credential, "exec program \(configuration.command) \(what)")
    }

    private static func text(_ status: Int32) -> String {
        status & 0x7F == 0 ? "exit status \(status >> 8 & 0xFF)" : "signal \(status & 0x7F)"
    }
}
