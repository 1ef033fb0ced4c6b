import Formats
import Glibc
import Testing

@Suite("JSON on a small stack") struct JSONStackTests {
    @Test("reads, compares, hashes, writes, merges and frees the deepest values in 512 KiB of stack")
    func deepest() {
        let isDone: Bool = onSmallStack {
            for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
                let middle: String = open == "[" ? "" : "1"
                let text: String = String(repeating: open, count: 512) + middle + String(repeating: close, count: 512)
                guard var value = try? JSONValue(parsing: text), let other = try? JSONValue(parsing: text) else {
                    return false
                }
                guard value == other, value.hashValue == other.hashValue, value.text() == text else { return false }
                guard value.merging(other) == other, value.mergePatch(to: other) == nil else { return false }
                value = .null
            }
            return true
        }
        #expect(isDone)
    }

    /// Runs a closure on a thread of its own with the stack that secondary threads have on some systems.
    private func onSmallStack(_ body: @escaping @Sendable () -> Bool) -> Bool {
        final class Call {
            let body: @Sendable () -> Bool
            var result: Bool = false
            init(_ body: @escaping @Sendable () -> Bool) { self.body = body }
        }
        let call: Call = Call(body)
        var attributes: pthread_attr_t = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, 512 << 10)
        defer { pthread_attr_destroy(&attributes) }
        var thread: pthread_t = pthread_t()
        let status: Int32 = pthread_create(
            &thread, &attributes,
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
