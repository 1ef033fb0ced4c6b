import Formats
import Glibc
import Testing

@Suite("JSON on a small stack") struct JSONStackTests {
    private static func text(_ open: String, _ close: String) -> String {
        String(repeating: open, count: 512) + (open == "[" ? "" : "1") + String(repeating: close, count: 512)
    }

    @Test(
        "reads, compares, hashes, writes and frees the deepest values in 512 KiB",
        arguments: [("[", "]"), ("{\"a\":", "}")])
    func deepest(open: String, close: String) {
        let isDone: Bool = onStack(bytes: 512 << 10) {
            let text: String = Self.text(open, close)
            guard var value = try? JSONValue(parsing: text), let other = try? JSONValue(parsing: text) else {
                return false
            }
            guard value == other, value.hashValue == other.hashValue, value.text() == text else { return false }
            value = .null
            return value != other
        }
        #expect(isDone)
    }

    // Without optimisation a level takes a kilobyte and more.
    @Test("patches the deepest values in 2 MiB, unoptimised")
    func deepestPatches() {
        let isDone: Bool = onStack(bytes: 2 << 20) {
            guard let value = try? JSONValue(parsing: Self.text("{\"a\":", "}")) else { return false }
            let changed: JSONValue? = try? JSONPatch([
                .replace(JSONPointer(tokens: Array(repeating: "a", count: 512)), 2)
            ]).applied(to: value)
            guard let changed, let patch = value.mergePatch(to: changed) else { return false }
            return value.merging(value) == value && value.merging(patch) == changed
        }
        #expect(isDone)
    }

    /// Runs a closure on a thread of its own with a stack as small as secondary threads have on some systems.
    private func onStack(bytes: Int, _ body: @escaping @Sendable () -> Bool) -> Bool {
        final class Call {
            let body: @Sendable () -> Bool
            var result: Bool = false
            init(_ body: @escaping @Sendable () -> Bool) { self.body = body }
        }
        let call: Call = Call(body)
        // Allocated, not initialised by its type: which C module owns the type depends on what else is linked.
        let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
        pthread_attr_init(attributes)
        pthread_attr_setstacksize(attributes, bytes)
        defer {
            pthread_attr_destroy(attributes)
            attributes.deallocate()
        }
        var thread: pthread_t = pthread_t()
        let status: Int32 = pthread_create(
            &thread, attributes,
            { context in
                guard let context else { return nil }
                let call: Call = Unmanaged<Call>.fromOpaque(context).takeUnretainedValue()
                call.result = call.body()
                return nil
            }, Unmanaged.passUnretained(call).toOpaque())
        guard status == 0 else { return false }
        pthread_join(thread, nil)
        return call.result
    }
}
