import EnvironmentAPI
import Formats
import Testing

@testable import EnvfactoryCommands

@Suite("Progress")
struct WaitProgressTests {
    private static let now = Timestamp(sinceEpoch: .seconds(1_000_000))

    private func environment(
        _ conditions: [TestCondition],
        leftovers: [Environment.Status.Leftover] = []
    ) -> Environment {
        var environment = Environment(
            metadata: ObjectMetadata(name: "a"), spec: Environment.Spec(environmentClassName: "review"))
        environment.status.conditions = conditions.map { condition in
            Condition(
                type: condition.type.rawValue, status: condition.status, reason: condition.reason,
                message: condition.message, observedGeneration: 1, lastTransitionTime: Self.now)
        }
        environment.status.leftovers = leftovers
        return environment
    }

    @Test("redraws in place on a terminal: one line a condition, updated")
    func frames() {
        var progress = WaitProgress(.ready, name: "a")
        let first = environment([
            .yes(.accepted, "Accepted"), .no(.namespaceReady, "Creating", "the namespace is made"),
        ])
        #expect(
            progress.frame(first, elapsed: .seconds(1), columns: 40)
                == "\u{1B}[2Kwaiting for a to be ready (1s)\n\u{1B}[2K  ok    Accepted\n"
                + "\u{1B}[2K  wait  NamespaceReady: the namespace …\n\u{1B}[J")
        let second = environment([.yes(.accepted, "Accepted"), .yes(.namespaceReady, "NamespaceReady"), .ready])
        #expect(
            progress.frame(second, elapsed: .seconds(2), columns: 40)
                == "\u{1B}[3A\u{1B}[2Kwaiting for a to be ready (2s)\n\u{1B}[2K  ok    Accepted\n"
                + "\u{1B}[2K  ok    NamespaceReady\n\u{1B}[J")
    }

    @Test("clears lines that are no longer there")
    func shorter() {
        var progress = WaitProgress(.ready, name: "a")
        progress.take(note: "the API server does not answer; trying again")
        _ = progress.frame(nil, elapsed: .zero, columns: 80)
        progress.take(note: nil)
        #expect(
            progress.frame(nil, elapsed: .seconds(1), columns: 80)
                == "\u{1B}[2A\u{1B}[2Kwaiting for a to be ready (1s)\n\u{1B}[J")
    }

    @Test("writes a line for whatever changes elsewhere, and nothing twice")
    func news() {
        var progress = WaitProgress(.ready, name: "a")
        let first = environment([.yes(.accepted, "Accepted"), .no(.namespaceReady, "Creating", "soon")])
        #expect(
            progress.news(first, elapsed: .seconds(3)) == "3s\tok    Accepted\n3s\twait  NamespaceReady: soon\n")
        #expect(progress.news(first, elapsed: .seconds(4)).isEmpty)
        let second = environment([.yes(.accepted, "Accepted"), .yes(.namespaceReady, "NamespaceReady")])
        #expect(progress.news(second, elapsed: .seconds(5)) == "5s\tok    NamespaceReady\n")
    }

    @Test("shows what holds an end")
    func leftovers() {
        var progress = WaitProgress(.gone, name: "a")
        let leftover = Environment.Status.Leftover(
            apiVersion: "v1", kind: "ConfigMap", namespace: "env-a", name: "keep", heldBy: "example.com/hold",
            since: Self.now)
        let ending = environment(
            [.yes(.accepted, "Accepted"), .no(.terminated, "Leftovers", "held")], leftovers: [leftover])
        #expect(
            progress.news(ending, elapsed: .seconds(130))
                == "2m10s\twait  Terminated: held\n"
                + "2m10s\theld  ConfigMap env-a/keep, held by example.com/hold since 1970-01-12T13:46:40Z\n")
    }

    @Test("lets no text write to the terminal")
    func escaping() {
        var progress = WaitProgress(.ready, name: "\u{1B}[31mred")
        progress.take(note: "\u{1B}]0;title\u{7}")
        let frame = progress.frame(
            environment([.no(.accepted, "Invalid", "\u{1B}[2J\n\u{9B}31m")]), elapsed: .zero, columns: 200)
        let text = frame.replacing("\u{1B}[2K", with: "").replacing("\u{1B}[J", with: "")
        #expect(!text.contains("\u{1B}") && !text.contains("\u{9B}") && !text.contains("\u{7}"))
        #expect(text.split(separator: "\n").count == 3)
    }

    @Test("leaves out what an environment of its kind does not need")
    func notNeeded() {
        var progress = WaitProgress(.ready, name: "a")
        let environment = environment([.yes(.releaseReady, "NotNeeded"), .yes(.drifted, "InSync")])
        #expect(progress.news(environment, elapsed: .zero).isEmpty)
    }
}
