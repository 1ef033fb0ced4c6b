import Glibc
import GoTemplate
import Synchronization
import TestSupport
import Testing

@Suite("Limits of an execution")
struct LimitTests {
    private func run(_ text: String, limits: TemplateLimits = TemplateLimits()) throws -> String {
        var set: TemplateSet = TemplateSet(name: "set", functions: TestFunctions.library)
        try set.parse("t", text)
        return try set.execute("t", with: .null, in: TemplateExecution(limits: limits)).text
    }

    private func refusal(_ text: String, limits: TemplateLimits = TemplateLimits()) -> TemplateError? {
        do {
            _ = try run(text, limits: limits)
            return nil
        } catch {
            return error as? TemplateError
        }
    }

    @Test(
        "ends a recursion without end at the depth, whichever way it comes about",
        arguments: [
            "{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}",
            "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}",
            "{{ define \"a\" }}{{ if true }}{{ with (include \"a\" .) }}{{ end }}{{ end }}{{ end }}{{ include \"a\" . }}",
        ])
    func depth(text: String) throws {
        let error: TemplateError = try #require(refusal(text))
        #expect(error.code == .limit)
        #expect(error.message.hasSuffix("exceeded maximum template depth (1000)"))
    }

    @Test("follows a recursion that ends, to the depth")
    func recursion() throws {
        let text: String =
            "{{ define \"a\" }}{{ if . }}{{ len . }},{{ include \"a\" (slice . 1) }}{{ end }}{{ end }}"
            + "{{ include \"a\" (printf \"%0900d\" 0) }}"
        #expect(try run(text).hasPrefix("900,899,"))
    }

    @Test("ends loops, output and strings that grow without end")
    func growth() throws {
        var limits: TemplateLimits = TemplateLimits()
        limits.steps = 100_000
        limits.outputBytes = 10_000
        #expect(refusal("{{ range 9000000000 }}{{ end }}", limits: limits)?.code == .limit)
        #expect(refusal("{{ range 90000 }}xxxxxxxxxx{{ end }}", limits: limits)?.code == .limit)
        let doubling: String = "{{ $x := \"ab\" }}{{ range 90 }}{{ $x = print $x $x }}{{ end }}"
        #expect(refusal(doubling, limits: limits)?.code == .limit)
        #expect(refusal("{{ $x := printf \"%999999d\" 1 }}", limits: limits)?.code == .limit)
    }

    @Test("asks the check now and then, and ends with what it throws")
    func check() throws {
        struct Late: Error {}
        var set: TemplateSet = TemplateSet(name: "set")
        try set.parse("t", "{{ range 100000 }}{{ end }}")
        let count: Mutex<Int> = Mutex(0)
        let execution: TemplateExecution = TemplateExecution(check: {
            if count.withLock({
                $0 += 1; return $0
            }) == 3 {
                throw Late()
            }
        })
        let templates: TemplateSet = set
        #expect(throws: Late.self) { try templates.execute("t", with: .null, in: execution) }
        #expect(count.withLock { $0 } == 3)
    }

    @Test("refuses what nests too deep, and reads what nests deep")
    func nesting() throws {
        func nested(_ count: Int, _ open: String, _ inner: String, _ close: String) -> String {
            String(repeating: open, count: count) + inner + String(repeating: close, count: count)
        }
        #expect(try run("{{ " + nested(900, "(", "1", ")") + " }}") == "1")
        #expect(try run(nested(900, "{{ if true }}", "x", "{{ end }}")) == "x")
        #expect(
            try run("{{ if false }}" + String(repeating: "{{ else if false }}", count: 900) + "{{ else }}y{{ end }}")
                == "y")
        #expect(refusal("{{ " + nested(5_000, "(", "1", ")") + " }}")?.message.contains("max expression depth") == true)
        #expect(refusal(nested(5_000, "{{ if true }}", "x", "{{ end }}"))?.code == .syntax)
        #expect(refusal("{{ " + nested(900, "(", ".x.y | fail", ")") + " }}")?.code == .execution)
    }

    @Test("builds, prints and releases values that nest deep")
    func deepValues() throws {
        let list: String = "{{ $x := list }}{{ range 100000 }}{{ $x = list $x }}{{ end }}"
        #expect(try run(list + "done") == "done")
        #expect(refusal(list + "{{ $x }}")?.message.contains("nests deeper") == true)
        #expect(try run("{{ $x := list }}{{ range 5000 }}{{ $x = list $x }}{{ end }}{{ len (print $x) }}") == "10002")
    }

    /// The smallest stack that a thread of a concurrent program has.
    @Test("needs no more than 512 KB of the caller's stack")
    func smallStack() throws {
        let work: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
            let result: UnsafeMutablePointer<Int>? = argument?.assumingMemoryBound(to: Int.self)
            do {
                let suite: LimitTests = LimitTests()
                try suite.recursion()
                try suite.nesting()
                try suite.deepValues()
                try suite.depth(text: "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}")
                result?.pointee = 1
            } catch {
                result?.pointee = 2
            }
            return nil
        }
        var attributes: pthread_attr_t = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, 512 << 10)
        var thread: pthread_t = pthread_t()
        var result: Int = 0
        try withUnsafeMutablePointer(to: &result) { result in
            try FuzzFailure.unless(pthread_create(&thread, &attributes, work, result) == 0, "no thread")
            pthread_join(thread, nil)
        }
        #expect(result == 1)
    }
}
