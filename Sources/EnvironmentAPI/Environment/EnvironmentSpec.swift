package import Formats

extension Environment {
    /// What the user wants.
    package struct Spec: Sendable, Hashable {
        package var environmentClassName: String
        /// How long it lives, from its creation; `nil` takes the class's default.
        package var ttl: Duration?
        package var parameters: SortedMap<JSONValue>
        /// May only tighten the class's.
        package var quota: ResourceList
        /// Who may use it; empty: every service account of its own namespace.
        package var access: [Subject]
        /// The Secret beside this object that receives a copy of the kubeconfig.
        package var publishTo: String?
        package var inference: [InferenceBinding]
        package var source: Source?
        package var suspend: Bool

        package init(
            environmentClassName: String,
            ttl: Duration? = nil,
            parameters: SortedMap<JSONValue> = [:],
            quota: ResourceList = [:],
            access: [Subject] = [],
            publishTo: String? = nil,
            inference: [InferenceBinding] = [],
            source: Source? = nil,
            suspend: Bool = false
        ) {
            self.environmentClassName = environmentClassName
            self.ttl = ttl
            self.parameters = parameters
            self.quota = quota
            self.access = access
            self.publishTo = publishTo
            self.inference = inference
            self.source = source
            self.suspend = suspend
        }
    }

    /// A model server that the environment reaches under a name of its own.
    package struct InferenceBinding: Sendable, Hashable {
        package var endpointNamespace: String
        package var endpointName: String
        package var serviceName: String

        package init(endpointNamespace: String, endpointName: String, serviceName: String) {
            self.endpointNamespace = endpointNamespace
            self.endpointName = endpointName
            self.serviceName = serviceName
        }
    }

    /// Where the environment comes from: a pull request, as a rule, whose end is then the environment's.
    package struct Source: Sendable, Hashable {
        package enum Provider: String, Sendable, Hashable, CaseIterable {
            case gitHub = "GitHub"
            case gitLab = "GitLab"
            /// Gitea, and Forgejo.
            case gitea = "Gitea"
            case other = "Other"
        }

        package var provider: Provider?
        /// The name of the code host, such as `github.com`.
        package var server: String?
        package var repository: String?
        package var pullRequest: Int64?
        package var branch: String?
        package var commit: String?

        package init(
            provider: Provider? = nil,
            server: String? = nil,
            repository: String? = nil,
            pullRequest: Int64? = nil,
            branch: String? = nil,
            commit: String? = nil
        ) {
            self.provider = provider
            self.server = server
            self.repository = repository
            self.pullRequest = pullRequest
            self.branch = branch
            self.commit = commit
        }
    }
}

// MARK: - Reading

extension Environment.Spec {
    init(_ field: Field) {
        let spec = field.members(
            "environmentClassName", "ttl", "parameters", "quota", "access", "kubeconfig", "inference", "source",
            "suspend"
        )
        self.init(
            environmentClassName: spec["environmentClassName"].required("name an EnvironmentClass")
                .string(.dnsSubdomain) ?? "",
            ttl: spec["ttl"].positiveDuration(),
            parameters: spec["parameters"].map(limit: Limits.parameters, keys: .parameterName) { $0.scalar() },
            quota: spec["quota"].members("hard")["hard"].map(limit: Limits.quota, keys: .labelKey) { $0.quantity() },
            access: spec["access"].list(limit: Limits.access) { Subject($0) },
            publishTo: spec["kubeconfig"].members("publishTo")["publishTo"].string(.dnsSubdomain),
            inference: spec["inference"].list(limit: Limits.inference) { Environment.InferenceBinding($0) },
            source: spec["source"].object { Environment.Source($0) },
            suspend: spec["suspend"].bool() ?? false
        )
    }
}

extension Environment.InferenceBinding {
    init?(_ field: Field) {
        let binding = field.members("endpointRef", "serviceName")
        let reference = binding["endpointRef"].required("name an InferenceEndpoint").members("namespace", "name")
        let namespace = reference["namespace"].required("name the namespace of the InferenceEndpoint").string(.dnsLabel)
        let name = reference["name"].required("name the InferenceEndpoint").string(.dnsSubdomain)
        let service = binding["serviceName"].required("name the Service that pods will call").string(.dnsLabel)
        guard let namespace, let name, let service else { return nil }
        self.init(endpointNamespace: namespace, endpointName: name, serviceName: service)
    }
}

extension Environment.Source {
    init(_ field: Field) {
        let source = field.members("provider", "server", "repository", "pullRequest", "branch", "commit")
        self.init(
            provider: source["provider"].choice(Provider.self),
            server: source["server"].string(.dnsSubdomain),
            repository: source["repository"].string(limit: Limits.sourceText),
            pullRequest: source["pullRequest"].integer(in: 1...Int64.max),
            branch: source["branch"].string(limit: Limits.sourceText),
            commit: source["commit"].string(.commit)
        )
    }
}

// MARK: - Writing

extension Environment.Spec {
    package var json: JSONValue {
        var json: JSONValue = .emptyObject
        json.put("environmentClassName", environmentClassName)
        json.put("ttl", ttl)
        json.put("parameters", parameters)
        if !quota.isEmpty { json["quota"] = ["hard": quota.json] }
        json.put("access", access.map(\.json))
        if let publishTo { json["kubeconfig"] = ["publishTo": .string(publishTo)] }
        json.put("inference", inference.map(\.json))
        json.put("source", source?.json)
        if suspend { json["suspend"] = true }
        return json
    }
}

extension Environment.InferenceBinding {
    package var json: JSONValue {
        [
            "endpointRef": ["namespace": .string(endpointNamespace), "name": .string(endpointName)],
            "serviceName": .string(serviceName),
        ]
    }
}

extension Environment.Source {
    package var json: JSONValue {
        var json: JSONValue = .emptyObject
        json.put("provider", provider?.rawValue)
        json.put("server", server)
        json.put("repository", repository)
        json.put("pullRequest", pullRequest)
        json.put("branch", branch)
        json.put("commit", commit)
        return json
    }
}
