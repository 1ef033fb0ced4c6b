import Glibc
import Synchronization

/// Leaves a mark in a file when this process traps, and in no other case.
///
/// A handler runs in the middle of anything, so it does no more than one write to a descriptor that was open before.
/// Then the signal does what it does to every process: its number, and a core where one is wanted, tell of the trap.
enum TrapMark {
    /// What a broken promise of ours, of the compiler or of a C library ends as.
    private static let signals = [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV]

    private static let descriptor = Atomic<Int32>(-1)
    private static let offset = Atomic<Int>(0)

    /// From now on a trap writes the signal's number as one byte there.
    static func install(on descriptor: Int32, at offset: Int) {
        self.offset.store(offset, ordering: .relaxed)
        self.descriptor.store(descriptor, ordering: .releasing)
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { TrapMark.leave($0) }
        // On a stack of its own, for the trap may be that there is none left; and once, so that what is raised kills.
        action.sa_flags = SA_ONSTACK | CInt(bitPattern: UInt32(SA_RESETHAND))
        for signal in signals { sigaction(signal, &action, nil) }
        prepareThread()
    }

    /// The descriptor is about to be closed.
    static func remove(from descriptor: Int32) {
        _ = self.descriptor.compareExchange(expected: descriptor, desired: -1, ordering: .relaxed)
    }

    private static func leave(_ signal: Int32) {
        var mark = UInt8(truncatingIfNeeded: signal)
        pwrite(descriptor.load(ordering: .acquiring), &mark, 1, offset.load(ordering: .relaxed))
        // It waits until the handler is left, and then ends the process.
        raise(signal)
    }
}

// MARK: - Stacks

extension TrapMark {
    private static let stackSize = 64 << 10

    /// What belongs to a thread, and is freed with it.
    private static let stacks: pthread_key_t? = {
        var key = pthread_key_t()
        let result = pthread_key_create(&key) { stack in
            var none = stack_t()
            none.ss_flags = CInt(SS_DISABLE)
            sigaltstack(&none, nil)
            free(stack)
        }
        return result == 0 ? key : nil
    }()

    /// Gives the calling thread a second stack for its handler, once: a recursion without end leaves none of the first.
    ///
    /// Work changes its thread with every wait, so that it may trap on one that has none yet: that trap leaves no mark.
    /// The threads are few, and each soon begins something.
    static func prepareThread() {
        guard descriptor.load(ordering: .relaxed) >= 0, let key = stacks, pthread_getspecific(key) == nil,
            let memory = malloc(stackSize)
        else { return }
        var stack = stack_t()
        stack.ss_sp = memory
        stack.ss_size = stackSize
        guard pthread_setspecific(key, memory) == 0 else { return free(memory) }
        sigaltstack(&stack, nil)
    }
}
