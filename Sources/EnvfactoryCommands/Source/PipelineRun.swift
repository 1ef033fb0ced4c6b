import Formats

/// What a CI system says about the run it is in.
struct PipelineRun: Sendable, Hashable {
    var repository: RepositoryAddress
    var pullRequest: Int64?
    var branch: String?
    var commit: String?
    /// The pull request comes from a repository of somebody else's, who may have written anything into it.
    var isFromFork = false
}

extension PipelineRun {
    /// The run of GitHub Actions, of Gitea or Forgejo, which set the same variables, or of GitLab CI, that the variables tell
    /// of; `nil` outside of them.
    init?(_ variable: (String) -> String?, _ files: any FileSystem) throws {
        if variable("GITHUB_ACTIONS") == "true", let path = variable("GITHUB_REPOSITORY") {
            try self.init(gitHub: path, variable, files)
        } else if variable("GITLAB_CI") == "true", let path = variable("CI_PROJECT_PATH") {
            self.init(gitLab: path, variable)
        } else {
            return nil
        }
    }

    private init(gitHub path: String, _ variable: (String) -> String?, _ files: any FileSystem) throws {
        let server = variable("GITHUB_SERVER_URL") ?? "https://github.com"
        repository = RepositoryAddress(url: "\(server)/\(path)") ?? RepositoryAddress(host: "github.com", path: path)
        // The event's own text says more than the reference, which is the base branch in some events.
        let event = try variable("GITHUB_EVENT_PATH").flatMap { try files.read($0) }
        // An event that cannot be read says nothing.
        let json = event.flatMap { JSONValue(ifReadable: $0) }
        pullRequest = json.flatMap(Self.pullRequest(event:)) ?? Self.pullRequest(reference: variable("GITHUB_REF"))
        isFromFork = json.map(Self.isFromFork(event:)) ?? false
        branch = variable("GITHUB_HEAD_REF") ?? variable("GITHUB_REF_NAME")
        commit = variable("GITHUB_SHA")
    }

    private init(gitLab path: String, _ variable: (String) -> String?) {
        repository = RepositoryAddress(host: variable("CI_SERVER_HOST") ?? "gitlab.com", path: path)
        pullRequest = variable("CI_MERGE_REQUEST_IID").flatMap(Int64.init)
        branch = variable("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME") ?? variable("CI_COMMIT_REF_NAME")
        commit = variable("CI_COMMIT_SHA")
        let (source, target) = (variable("CI_MERGE_REQUEST_SOURCE_PROJECT_ID"), variable("CI_MERGE_REQUEST_PROJECT_ID"))
        isFromFork = source != nil && source != target
    }

    /// Whether the event's pull request comes from another repository than it goes to; one whose own was deleted does.
    private static func isFromFork(event: JSONValue) -> Bool {
        guard let request = event["pull_request"], let base = request[path: "base", "repo", "full_name"]?.string
        else { return false }
        return request[path: "head", "repo", "full_name"]?.string != base
    }

    /// The number in the event of a pull request, or of a comment on one.
    private static func pullRequest(event: JSONValue) -> Int64? {
        if let number = event[path: "pull_request", "number"]?.integer { return number }
        guard event[path: "issue", "pull_request"]?.object != nil else { return nil }
        return event[path: "issue", "number"]?.integer
    }

    /// The number in `refs/pull/42/merge`.
    private static func pullRequest(reference: String?) -> Int64? {
        let parts = reference?.split(separator: "/") ?? []
        guard parts.count == 4, parts[0] == "refs", parts[1] == "pull" else { return nil }
        return Int64(parts[2])
    }
}
