import EnvironmentAPI

/// What `up` does about the environment that has the name: decided from what is seen alone.
enum UpDecision: Sendable, Hashable {
    case create
    /// It is there and lives: brought up to date where something differs.
    case reuse
    /// It has ended by itself, and a new one takes its place once it is gone.
    case replace
    /// It is on its way out already.
    case awaitEnd
    case refuse(CommandFailure)

    init(_ environment: Environment?, className: String?) {
        guard let environment else {
            self = .create
            return
        }
        let name = environment.metadata.name
        if environment.isClosed {
            self = .refuse(
                CommandFailure(
                    .rejected,
                    "environment \(name) ended because its pull request was closed: no other takes its place",
                    hints: ["'envfactory delete \(name)' forgets it, if the pull request was opened again"]))
        } else if environment.metadata.isDeleting {
            self = .awaitEnd
        } else if environment.isEnding || environment.isTerminated {
            self = .replace
        } else if let className, className != environment.spec.environmentClassName {
            self = .refuse(
                CommandFailure(
                    .rejected,
                    "environment \(name) is of class \(environment.spec.environmentClassName), which cannot be changed "
                        + "to \(className)",
                    hints: ["'envfactory down' takes it away, then 'envfactory up' makes another"]))
        } else {
            self = .reuse
        }
    }
}
