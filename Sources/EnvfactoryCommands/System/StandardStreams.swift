import Glibc

/// The three streams that a process is started with.
enum StandardStreams {
    /// Opens what is closed, as by `envfactory list >&-`: a file or a connection of ours would get its number, and what
    /// is printed would go into that.
    static func open() {
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            guard fcntl(descriptor, F_GETFD) < 0, errno == EBADF else { continue }
            // The lowest number that is free is this one, since those below it are open by now.
            _ = Glibc.open("/dev/null", O_RDWR)
        }
    }
}
