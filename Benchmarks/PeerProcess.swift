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

    /// Its resident memory in bytes.
    var residentBytes: Double? {
        guard let status = fopen("/proc/\(process)/statm", "r") else { return nil }
        defer { fclose(status) }
        var line: [CChar] = Array(repeating: 0, count: 128)
        guard fgets(&line, Int32(line.count), status) != nil else { return nil }
        let fields: [Substring] = String(decoding: line.map(UInt8.init(bitPattern:)), as: UTF8.self).split(
            separator: " ")
        return fields.count > 1 ? Double(fields[1]).map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) } : nil
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
