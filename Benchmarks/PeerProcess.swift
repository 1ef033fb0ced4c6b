import Glibc

/// Another process that answers each line on its standard input with one line.
final class PeerProcess {
    private let input: UnsafeMutablePointer<FILE>
    private let output: UnsafeMutablePointer<FILE>
    private let process: pid_t

    /// Starts a program; `nil` where it is not there.
    init?(_ path: String, arguments: [String]) {
        var toPeer: [Int32] = [0, 0]
        var fromPeer: [Int32] = [0, 0]
        guard access(path, X_OK) == 0, pipe(&toPeer) == 0, pipe(&fromPeer) == 0 else {
            return nil
        }
        // The peer keeps only its own ends, or it would never see ours close.
        for end in toPeer + fromPeer { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions: posix_spawn_file_actions_t = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, toPeer[0], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, fromPeer[1], STDOUT_FILENO)

        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        let status: Int32 = posix_spawn(&process, path, &actions, nil, &words, environ)
        close(toPeer[0])
        close(fromPeer[1])
        guard status == 0, let input = fdopen(toPeer[1], "w"), let output = fdopen(fromPeer[0], "r") else { return nil }
        (self.input, self.output, self.process) = (input, output, process)
    }

    deinit {
        fclose(input)
        fclose(output)
        kill(process, SIGTERM)
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }

    /// A line of its status in megabytes: `VmRSS`, `RssAnon`.
    func megabytes(_ name: String) -> Double? {
        let status: [UInt8] = read("/proc/\(process)/status") ?? []
        for line in String(decoding: status, as: UTF8.self).split(separator: "\n") where line.hasPrefix("\(name):") {
            return line.split(whereSeparator: { " \t".contains($0) }).dropFirst().first.flatMap { Double($0) }
                .map { $0 * 1024 / 1e6 }
        }
        return nil
    }

    /// Sends a line and waits for the answer; `nil` where the program has ended.
    func ask(_ line: String) -> String? {
        guard fputs(line + "\n", input) >= 0, fflush(input) == 0 else { return nil }
        var answer: UnsafeMutablePointer<CChar>?
        var capacity: Int = 0
        defer { free(answer) }
        let count: Int = getline(&answer, &capacity, output)
        guard count > 0, let answer else { return nil }
        return String(decoding: UnsafeRawBufferPointer(start: answer, count: count - 1), as: UTF8.self)
    }
}
