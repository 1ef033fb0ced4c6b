import EnvironmentAPI
import Testing

@testable import EnvfactoryCommands

@Suite("The name of a checkout's environment")
struct EnvironmentOriginTests {
    private func origin(
        _ url: String? = "https://github.com/acme/payments.git",
        pullRequest: Int64? = nil,
        branch: String? = "main",
        path: String = "/home/jane/payments",
        inPipeline: Bool = false
    ) throws -> EnvironmentOrigin {
        let tree = WorkTree(path: path, remoteURL: url, branch: branch, commit: nil)
        let address = inPipeline ? url.flatMap { RepositoryAddress(url: $0) } : nil
        let run = address.map { PipelineRun(repository: $0, pullRequest: pullRequest, branch: branch, commit: nil) }
        return try #require(EnvironmentOrigin(run, tree, pullRequest: pullRequest))
    }

    @Test(
        "is readable, a DNS label, and at most 50 long",
        arguments: [
            ("https://github.com/acme/payments.git", nil, "main", "payments-main-"),
            ("git@github.com:acme/payments", 42, "fix", "payments-pr-42-"),
            (
                "https://github.com/acme/payments", nil, "feature/JIRA-12_Fix  Rounding",
                "payments-feature-jira-12-fix-rounding-"
            ),
            ("https://github.com/acme/kube-proxy", 7, nil, "env-kube-proxy-pr-7-"),
            ("https://github.com/acme/kube-proxy", nil, nil, "env-kube-proxy-"),
            ("https://github.com/acme/Überraschung", nil, "日本", "berraschung-"),
            ("https://github.com/acme/日本", nil, "日本", "env-"),
            (nil, nil, "main", "payments-main-"),
            (
                "https://github.com/acme/a-very-long-name-of-a-repository-indeed", 123_456, nil,
                "a-very-long-name-of-a-repositor-pr-123456-"
            ),
            (
                "https://github.com/acme/a-very-long-name-of-a-repository-indeed", nil,
                "and-a-very-long-branch-as-well",
                "a-very-long-name-of-and-a-very-long-branc-"
            ),
        ] as [(String?, Int64?, String?, String)])
    func names(url: String?, pullRequest: Int64?, branch: String?, beginning: String) throws {
        let name = try origin(url, pullRequest: pullRequest, branch: branch).name
        #expect(name.dropLast(8) == beginning[...])
        #expect(name.utf8.count <= Naming.nameLimit)
        #expect(TextForm.dnsLabel.matches(name))
        let spec = Environment.Spec(environmentClassName: "review")
        let environment = Environment(metadata: ObjectMetadata(name: name, namespace: "team"), spec: spec)
        #expect(environment.violations().isEmpty)
    }

    @Test("is the same for every way to write one repository's address")
    func addresses() throws {
        let spellings = [
            "https://github.com/acme/payments.git", "https://github.com/acme/payments/",
            "https://GitHub.com/Acme/Payments",
            "https://jane:secret@github.com/acme/payments.git", "git@github.com:acme/payments.git",
            "ssh://git@github.com:22/acme/payments.git", "git://github.com/acme/payments",
        ]
        #expect(Set(try spellings.map { try origin($0, pullRequest: 42).name }).count == 1)
    }

    @Test("differs where two agents work in two checkouts of one branch")
    func checkouts() throws {
        let first = try origin(path: "/home/jane/payments")
        let second = try origin(path: "/home/jane/payments-2")
        #expect(first.name != second.name)
        #expect(try origin(path: "/home/jane/payments").name == first.name)
    }

    @Test("differs by repository, host, branch and pull request")
    func differences() throws {
        let names = [
            try origin().name, try origin("https://github.com/other/payments").name,
            try origin("https://gitlab.com/acme/payments").name, try origin(branch: "next").name,
            try origin(pullRequest: 1).name, try origin(pullRequest: 2).name, try origin(branch: nil).name,
        ]
        #expect(Set(names).count == names.count)
    }

    @Test("of a pull request is the same in every run and on every machine")
    func pipelines() throws {
        let here = try origin(pullRequest: 42, path: "/builds/1", inPipeline: true)
        let there = try origin(pullRequest: 42, path: "/builds/2", inPipeline: true)
        let local = try origin(pullRequest: 42, branch: "whatever", path: "/home/jane/payments")
        #expect(here.name == there.name)
        #expect(here.name == local.name)
        // Without a pull request too: the next run lies elsewhere.
        #expect(
            try origin(path: "/builds/1", inPipeline: true).name == origin(path: "/builds/2", inPipeline: true).name)
    }

    @Test("tells in spec.source where it comes from, and no password")
    func source() throws {
        let origin = try origin("https://jane:secret@github.com/acme/payments.git", pullRequest: 42, branch: "fix")
        #expect(
            origin.source
                == Environment.Source(
                    provider: .gitHub, server: "github.com", repository: "acme/payments", pullRequest: 42,
                    branch: "fix", commit: nil))
        #expect(try self.origin("/srv/git/payments.git").source.repository == nil)
    }

    @Test("is not made of nothing")
    func nothing() {
        #expect(EnvironmentOrigin(nil, nil, pullRequest: 42) == nil)
    }

    @Test(
        "slugs are plain", arguments: [("", ""), ("---", ""), ("A", "a"), ("a--b", "a-b"), ("/a/", "a"), ("é", "")])
    func slugs(text: String, slug: String) {
        #expect(EnvironmentOrigin.slug(text) == slug)
    }
}
