// libcurl's headers bring glibc's own with them; which module a type such as `sigset_t` is of then depends on the
// order in which the compiler reads them.
import CCurl
import Glibc

/// Threads for what must not block a task: libcurl's waiting, and programs that are waited for.
package enum NativeThread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs `body` on a new thread that takes no signals; `false` where the system gives none.
    ///
    /// Nobody joins the thread: whoever needs its end has it say so as its last act.
    package static func begin(_ body: @escaping @Sendable () -> Void) -> Bool {
        let context = Unmanaged.passRetained(Body(body))
        var thread = pthread_t()
        // A thread inherits the mask; signals are for the threads that expect them.
        var all = sigset_t()
        var previous = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
        let result = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                return nil
            },
            context.toOpaque()
        )
        guard result == 0 else {
            context.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}
