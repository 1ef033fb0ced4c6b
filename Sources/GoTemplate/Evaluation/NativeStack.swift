import Glibc

/// How much of the calling thread's stack a recursion may take before it goes on elsewhere.
///
/// Templates nest as deep as their limits allow, on whatever thread renders them, and that of a concurrent task has
/// 512 KB. A recursion that used up its share continues on a thread with a stack of its own, for whose end the first
/// one waits: it is the same computation, only in another place.
struct NativeStack {
    private let base: UInt
    private let budget: UInt

    /// A share of the stack that is in use now.
    init() {
        base = Self.address()
        budget = 96 << 10
    }

    private init(budget: UInt) {
        base = Self.address()
        self.budget = budget
    }

    /// Whether the share is used up.
    var isLow: Bool { base > Self.address() &+ budget }

    /// Calls on this stack, or on another one where much of it may be needed.
    static func withPlenty(if isNeeded: Bool, _ body: () -> Void) {
        guard isNeeded else { return body() }
        onAnother { _ in body() }
    }

    /// Calls on another stack and returns when the call has ended.
    static func onAnother<Result, Failure: Error>(
        _ body: (NativeStack) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withoutActuallyEscaping(body) { body throws(Failure) in
            let detour: Detour<Result, Failure> = Detour(body)
            guard run(detour) else { return try body(NativeStack()) }
            guard let outcome = detour.outcome else { preconditionFailure("the thread ended without an outcome") }
            return try outcome.get()
        }
    }

    private static let size: Int = 16 << 20

    private static func run(_ detour: AnyDetour) -> Bool {
        var attributes: pthread_attr_t = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, size)
        var thread: pthread_t = pthread_t()
        let argument: Unmanaged<AnyDetour> = .passRetained(detour)
        let error: Int32 = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                Unmanaged<AnyDetour>.fromOpaque(argument).takeRetainedValue()
                    .start(NativeStack(budget: UInt(NativeStack.size - (2 << 20))))
                return nil
            }, argument.toOpaque())
        guard error == 0 else {
            argument.release()
            return false
        }
        pthread_join(thread, nil)
        return true
    }

    @inline(never)
    private static func address() -> UInt {
        var marker: UInt8 = 0
        return withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) }
    }
}

/// A call that another thread makes.
private class AnyDetour {
    func start(_ stack: NativeStack) {}
}

private final class Detour<Outcome, Failure: Error>: AnyDetour {
    private let body: (NativeStack) throws(Failure) -> Outcome
    private(set) var outcome: Result<Outcome, Failure>?

    init(_ body: @escaping (NativeStack) throws(Failure) -> Outcome) { self.body = body }

    override func start(_ stack: NativeStack) {
        do throws(Failure) {
            outcome = .success(try body(stack))
        } catch {
            outcome = .failure(error)
        }
    }
}
