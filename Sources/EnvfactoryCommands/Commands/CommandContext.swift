import EnvironmentAPI
import Kubernetes

/// What a command works with: its surroundings, and the options that commands share.
package struct CommandContext: Sendable {
    let surroundings: Surroundings
    let options: SharedOptions
    let console: Console

    init(_ surroundings: Surroundings, _ options: SharedOptions) {
        self.surroundings = surroundings
        self.options = options
        console = Console(surroundings, options)
    }

    var files: any FileSystem { surroundings.files }
    var time: any TimeSource { surroundings.time }

    func variable(_ name: String) -> String? { surroundings.environment(name) }

    /// A variable that is set to something.
    func filledVariable(_ name: String) -> String? { variable(name).flatMap { $0.isEmpty ? nil : $0 } }

    /// The content of a file that the user named; `-` is standard input.
    func input(_ path: String) throws -> [UInt8] {
        if path == "-" { return try surroundings.input() }
        guard let content = try files.read(absolute(path)) else {
            throw CommandFailure(
                .usage, "there is no file \(path.shownPath): name one that exists, or - for standard input")
        }
        return content
    }

    /// A path as the user wrote it, from the directory the user is in.
    func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(surroundings.workingDirectory)/\(path)"
    }
}
