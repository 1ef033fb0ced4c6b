/// The program: from arguments to an exit code.
package enum Program {
    /// Runs one command to its end; never throws, never traps.
    package static func run(_ arguments: [String], _ surroundings: Surroundings) async -> ExitCode {
        await outcome(arguments, surroundings).code
    }

    /// How a command ended, and whether it is a program it ran that ended so.
    static func outcome(
        _ arguments: [String],
        _ surroundings: Surroundings
    ) async -> (code: ExitCode, isProgram: Bool) {
        do {
            try await perform(arguments, surroundings)
            return (.success, false)
        } catch is OutputClosed {
            // The reader has what it wanted, as in `envfactory list | grep -q pr-42`: that is no failure.
            return (.success, false)
        } catch is DifferencesFound {
            return (.differencesFound, false)
        } catch let error as ProgramEnded {
            return (error.code, true)
        } catch {
            let failure = CommandFailure(error)
            report(failure, surroundings)
            return (failure.code, false)
        }
    }

    private static func perform(_ arguments: [String], _ surroundings: Surroundings) async throws {
        switch try Invocation(arguments) {
        case .help(let text):
            try surroundings.output.write(Array(text.utf8))
        case .command(let type, let arguments):
            let parsed = try ArgumentParser.parse(arguments, type.description)
            guard !parsed[SharedOptions.help] else {
                return try surroundings.output.write(Array(HelpText.text(of: type.description).utf8))
            }
            let context = CommandContext(surroundings, SharedOptions(parsed))
            do {
                try await type.init(parsed).run(context)
            } catch let error as UsageError {
                throw UsageError(error.problems, command: error.command ?? type.description.name)
            }
        }
    }

    private static func report(_ failure: CommandFailure, _ surroundings: Surroundings) {
        do {
            try surroundings.diagnostics.write(Array(FailureReport.text(failure).utf8))
        } catch {
            // Nobody can be told; the exit code still says it.
        }
    }
}
