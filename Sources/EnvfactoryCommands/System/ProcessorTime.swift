import Glibc

/// How long the processor has worked for this program.
enum ProcessorTime {
    /// In the microseconds that POSIX has for it.
    static func spent() -> Duration { .microseconds(clock()) }
}
