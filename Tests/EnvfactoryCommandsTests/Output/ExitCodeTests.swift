import EnvironmentAPI
import Formats
import HTTPModel
import Kubernetes
import Testing

@testable import EnvfactoryCommands

@Suite("Exit codes")
struct ExitCodeTests {
    @Test(
        "say what kind of failure it was",
        arguments: [
            (.badRequest, 5), (.unauthorized, 6), (.forbidden, 6), (.notFound, 3), (.methodNotAllowed, 5),
            (.alreadyExists, 4), (.conflict, 5), (.expired, 1), (.invalid, 5), (.tooManyRequests, 7), (.tooLarge, 5),
            (.internalError, 1), (.serviceUnavailable, 7), (.timeout, 8), (.unreachable, 7), (.untrusted, 7),
            (.interrupted, 7), (.malformedResponse, 7), (.configuration, 2), (.unknown, 1),
        ] as [(KubernetesError.Code, Int32)])
    func apiErrors(code: KubernetesError.Code, exit: Int32) {
        #expect(CommandFailure(KubernetesError(code, "text")).code.rawValue == exit)
    }

    @Test("are those of the design, for every code of the API")
    func table() {
        #expect(ExitCode.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 130])
        for code in KubernetesError.Code.allCases { #expect(ExitCode(code) != .success) }
    }

    @Test("cover errors of every layer")
    func others() {
        #expect(CommandFailure(HTTPTransportError(.unreachable, "x")).code == .unreachable)
        #expect(CommandFailure(HTTPTransportError(.timedOut, "x")).code == .timedOut)
        #expect(CommandFailure(UsageError("x")).code == .usage)
        #expect(CommandFailure(SystemError("x")).code == .internalError)
        #expect(CommandFailure(FormatError("x")).code == .rejected)
        #expect(CommandFailure(CancellationError()).code == .interrupted)
    }

    @Test("a failure reads as what is wrong, every detail, and what to do; escaped and bounded")
    func report() {
        let failure = CommandFailure(
            .rejected, "it is\nwrong", details: (1...60).map { "detail \($0)\u{1B}" }, hints: ["do this"])
        let lines = FailureReport.text(failure).split(separator: "\n")
        #expect(lines.first == "error: it is\\nwrong")
        #expect(lines[1] == "  - detail 1\\u{1b}")
        #expect(lines[51] == "  - and 10 more")
        #expect(lines.last == "hint: do this")
    }

    @Test("a violation of the API is told field by field")
    func causes() {
        let cause = KubernetesError.Cause(reason: "FieldValueInvalid", field: "spec.ttl", message: "too long")
        let failure = CommandFailure(KubernetesError(.invalid, "no", causes: [cause]))
        #expect(failure.details == ["spec.ttl: too long"])
    }

    @Test("a reader that has gone away is no failure; a full disk is")
    func brokenOutput() async {
        let diagnostics = MemoryOutput()
        let closed = TestMachine().surroundings(BrokenOutput(error: OutputClosed()), diagnostics)
        #expect(await Program.run(["help"], closed) == .success)
        #expect(diagnostics.text.isEmpty)
        let full = TestMachine().surroundings(BrokenOutput(error: SystemError("the disk is full")), diagnostics)
        #expect(await Program.run(["help"], full) == .internalError)
        #expect(diagnostics.text == "error: the disk is full\n")
    }
}
