import Testing

@testable import EnvfactoryCommands

@Suite("A CI run's variables")
struct PipelineRunTests {
    func run(_ variables: [String: String], event: String? = nil) throws -> PipelineRun? {
        var variables = variables
        if event != nil { variables["GITHUB_EVENT_PATH"] = "/event.json" }
        let files = MemoryFiles(event.map { ["/event.json": $0] } ?? [:])
        return try PipelineRun({ variables[$0] }, files)
    }

    let gitHub = [
        "GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/payments", "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_SHA": "0a1b2c3d", "GITHUB_REF": "refs/heads/main", "GITHUB_REF_NAME": "main",
    ]

    @Test("of GitHub Actions tell repository, branch and commit")
    func push() throws {
        #expect(
            try run(gitHub)
                == PipelineRun(
                    repository: RepositoryAddress(host: "github.com", path: "acme/payments"), branch: "main",
                    commit: "0a1b2c3d"))
    }

    @Test(
        "of GitHub Actions tell the pull request, by the reference or by the event",
        arguments: [
            ("refs/pull/42/merge", nil, 42), ("refs/heads/main", #"{"pull_request":{"number":7}}"#, 7),
            ("refs/pull/42/merge", "no json", 42), ("refs/pull/x/merge", nil, nil),
            ("refs/heads/main", #"{"issue":{"number":8,"pull_request":{}}}"#, 8),
            ("refs/heads/main", #"{"issue":{"number":8}}"#, nil), ("refs/heads/pull/42/merge", "[]", nil),
        ] as [(String, String?, Int64?)])
    func pullRequest(reference: String, event: String?, number: Int64?) throws {
        var variables = gitHub
        variables["GITHUB_REF"] = reference
        variables["GITHUB_HEAD_REF"] = "fix"
        let found = try run(variables, event: event)
        #expect(found?.pullRequest == number)
        #expect(found?.branch == "fix")
    }

    @Test("of GitLab CI tell the merge request")
    func mergeRequest() throws {
        let found = try run([
            "GITLAB_CI": "true", "CI_PROJECT_PATH": "acme/payments", "CI_SERVER_HOST": "git.example",
            "CI_MERGE_REQUEST_IID": "42", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "fix", "CI_COMMIT_SHA": "0a1b2c3d",
            "CI_COMMIT_REF_NAME": "ignored",
        ])
        #expect(
            found
                == PipelineRun(
                    repository: RepositoryAddress(host: "git.example", path: "acme/payments"), pullRequest: 42,
                    branch: "fix", commit: "0a1b2c3d"))
    }

    @Test("are those of no run on somebody's own machine")
    func none() throws {
        #expect(try run([:]) == nil)
        #expect(try run(["GITHUB_REPOSITORY": "acme/payments"]) == nil)
    }
}

extension PipelineRunTests {
    @Test(
        "of GitHub Actions tell a pull request from a fork, also where the fork is gone",
        arguments: [
            (#"{"full_name":"mallory/payments"}"#, true), (#"{"full_name":"acme/payments"}"#, false), ("null", true),
        ])
    func fork(head: String, isFromFork: Bool) throws {
        let base = #"{"repo":{"full_name":"acme/payments"}}"#
        let event = #"{"pull_request":{"head":{"repo":\#(head)},"base":\#(base)}}"#
        #expect(try run(gitHub, event: event)?.isFromFork == isFromFork)
        #expect(try run(gitHub, event: #"{"pull_request":{"number":7}}"#)?.isFromFork == false)
    }

    @Test("of GitLab CI tell a merge request from a fork", arguments: [("7", true), ("3", false), (nil, false)])
    func mergeRequestFromFork(source: String?, isFromFork: Bool) throws {
        var variables = ["GITLAB_CI": "true", "CI_PROJECT_PATH": "acme/payments", "CI_MERGE_REQUEST_PROJECT_ID": "3"]
        variables["CI_MERGE_REQUEST_SOURCE_PROJECT_ID"] = source
        #expect(try run(variables)?.isFromFork == isFromFork)
    }
}
