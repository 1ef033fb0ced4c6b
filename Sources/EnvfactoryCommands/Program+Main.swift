import Glibc

extension Program {
    /// Runs the command of this process's arguments, and ends the process with its exit code.
    package static func main() async -> Never {
        StandardStreams.open()
        let signals = Signals()
        end(await run(arguments(of: CommandLine.arguments), .process(), until: signals.all))
    }

    /// Ends the process, and runs nothing that libraries have left for its end.
    ///
    /// Threads of the network may still be closing their connections: OpenSSL would take away under them what they use,
    /// and the system ends such a process with a signal. Nothing is lost, since every write went straight to the system.
    static func end(_ code: ExitCode) -> Never { _exit(code.rawValue) }

    /// What a process is called to do, by its name and its words: kubectl completes 'kubectl envfactory' by a program of
    /// a name of its own, which a link to this one may be.
    static func arguments(of words: [String]) -> [String] {
        let name = words.first?.split(separator: "/").last
        return (name == "kubectl_complete-envfactory" ? ["__complete", "--"] : []) + words.dropFirst()
    }

    /// Runs a command, and cancels it when a signal comes: what it holds is let go, and nothing is left half done.
    static func run(
        _ arguments: [String],
        _ surroundings: Surroundings,
        until signals: AsyncStream<Int32>
    ) async -> ExitCode {
        enum Event: Sendable {
            case ended(ExitCode, isProgram: Bool)
            case signal(Int32)
            /// Nobody will ever send one.
            case silence
        }
        return await withTaskGroup(of: Event.self) { group in
            group.addTask {
                let outcome = await outcome(arguments, surroundings)
                return .ended(outcome.code, isProgram: outcome.isProgram)
            }
            let next: @Sendable () async -> Event = {
                for await number in signals { return .signal(number) }
                return .silence
            }
            group.addTask { await next() }
            var isInterrupted = false
            for await event in group {
                switch event {
                // A command that ends well when it is cancelled, as the operator does, has ended well.
                case .ended(let code, let isProgram):
                    group.cancelAll()
                    return isInterrupted && code != .success && !isProgram ? .interrupted : code
                case .signal(let number):
                    isInterrupted = true
                    // A second signal ends the process by itself, unless a program is run that has to see it.
                    guard surroundings.interruption.strike(number) else {
                        group.cancelAll()
                        continue
                    }
                    group.addTask { await next() }
                case .silence: break
                }
            }
            return .interrupted
        }
    }
}
