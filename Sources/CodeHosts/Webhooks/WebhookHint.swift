package import Formats

/// What a webhook is about: where to look, and nothing that is believed.
package struct WebhookHint: Sendable, Hashable {
    package enum Subject: Sendable, Hashable {
        case pullRequest(Int64)
        /// A push, with the paths that it changes where all of them are told.
        case branch(String, paths: [String]?)
        case tag(String)
    }

    /// As the host names it: `acme/payments`.
    package var repository: String
    package var subject: Subject
    /// What the host says of the pull request's state, so that the same news is known again; empty where it is not
    /// told.
    package var state: [String]

    package init(repository: String, _ subject: Subject, state: [String] = []) {
        self.repository = repository
        self.subject = subject
        self.state = state
    }

    /// Whether a host's filters let it through.
    ///
    /// Those of branches and paths never hold back what is said of a pull request, or its end would go unheard.
    package func passes(_ host: CodeHost) -> Bool {
        guard host.repositories.admits(repository) else { return false }
        switch subject {
        case .pullRequest: return true
        case .tag(let tag): return host.tags.admits(tag)
        case .branch(let branch, let paths):
            guard host.branches.admits(branch) else { return false }
            return paths.map { $0.contains(where: host.paths.admits) } ?? true
        }
    }
}

// MARK: - Reading

extension WebhookHint {
    /// Reads a body that has proven to be genuine; `nil` where it is about nothing that could close a pull request.
    ///
    /// What it is about is read from the body alone, since no signature covers the header that says it too.
    ///
    /// - Throws: `FormatError` where it is no JSON.
    package init?(_ body: [UInt8], from sender: WebhookSender) throws(FormatError) {
        var limits = FormatLimits()
        limits.depth = 64
        let json = try JSONValue(parsing: body, keeping: Self.selection, limits: limits)
        switch sender {
        case .gitHub, .gitea: self.init(pull: json)
        case .gitLab: self.init(mergeRequest: json)
        case .generic: self.init(plain: json)
        }
    }

    private init?(pull json: JSONValue) {
        guard let repository = Self.text(json[path: "repository", "full_name"]) else { return nil }
        guard let pull = json["pull_request"], let number = pull["number"]?.integer, number > 0 else {
            self.init(push: json, of: repository)
            return
        }
        let state = [
            pull[path: "head", "sha"], pull["updated_at"], pull["state"], json["action"],
        ].map { $0.flatMap(Self.text) ?? "" }
        self.init(repository: repository, .pullRequest(number), state: Self.told(state))
    }

    private init?(mergeRequest json: JSONValue) {
        guard let repository = Self.text(json[path: "project", "path_with_namespace"]) else { return nil }
        guard json["object_kind"]?.string == "merge_request" else {
            self.init(push: json, of: repository)
            return
        }
        guard let attributes = json["object_attributes"], let number = attributes["iid"]?.integer, number > 0 else {
            return nil
        }
        let state = [
            attributes[path: "last_commit", "id"], attributes["updated_at"], attributes["state"], attributes["action"],
        ].map { $0.flatMap(Self.text) ?? "" }
        self.init(repository: repository, .pullRequest(number), state: Self.told(state))
    }

    private init?(push json: JSONValue, of repository: String) {
        guard let reference = Self.text(json["ref"]) else { return nil }
        if reference.hasPrefix("refs/heads/") {
            let branch = String(reference.dropFirst(11))
            self.init(repository: repository, .branch(branch, paths: Self.paths(json["commits"])))
        } else if reference.hasPrefix("refs/tags/") {
            self.init(repository: repository, .tag(String(reference.dropFirst(10))))
        } else {
            return nil
        }
    }

    private init?(plain json: JSONValue) {
        guard let repository = Self.text(json["repository"]) else { return nil }
        if let number = json["pullRequest"]?.integer, number > 0 {
            self.init(repository: repository, .pullRequest(number))
        } else if let branch = Self.text(json["branch"]) {
            self.init(repository: repository, .branch(branch, paths: nil))
        } else {
            return nil
        }
    }

    /// A state in which the moment is missing tells nothing apart.
    private static func told(_ state: [String]) -> [String] { state[1].isEmpty ? [] : state }

    private static func text(_ value: JSONValue?) -> String? {
        value?.string.flatMap { (1...1_024).contains($0.utf8.count) ? $0 : nil }
    }

    /// What the commits of a push change; `nil` where there are none, as of a branch that goes.
    private static func paths(_ commits: JSONValue?) -> [String]? {
        guard let commits = commits?.array, !commits.isEmpty else { return nil }
        // Hosts leave out the rest of a long push: then nobody knows what it changes.
        guard commits.count < 20 else { return nil }
        let paths = commits.flatMap { commit in
            ["added", "modified", "removed"].flatMap { commit[$0]?.array ?? [] }.compactMap(Self.text)
        }
        return paths.isEmpty ? nil : paths
    }

    /// What is kept of a body, which may be large, and which anybody on the internet may have made larger.
    private static let selection: JSONSelection = {
        func all(_ names: [String]) -> [String: JSONSelection] {
            Dictionary(uniqueKeysWithValues: names.map { ($0, .everything) })
        }
        var pull = all(["number", "updated_at", "state"])
        pull["head"] = .members(all(["sha"]))
        var attributes = all(["iid", "updated_at", "state", "action"])
        attributes["last_commit"] = .members(all(["id"]))
        var body = all(["action", "object_kind", "ref", "pullRequest", "branch"])
        body["repository"] = .members(all(["full_name"]))
        body["project"] = .members(all(["path_with_namespace"]))
        body["pull_request"] = .members(pull)
        body["object_attributes"] = .members(attributes)
        body["commits"] = .elements(.members(all(["added", "modified", "removed"])))
        return .members(body)
    }()
}
