package import Formats

extension InferenceEndpoint {
    /// What the operator saw and did.
    package struct Status: Sendable, Hashable {
        package var conditions: [Condition]
        package var observedGeneration: Int64
        /// Where it is served just now: what `Auto` became.
        package var mode: Spec.Mode?
        /// When `Auto` last changed its mind.
        package var modeChangedAt: Timestamp?
        /// Where pods of the cluster reach it.
        package var url: String?
        /// Its namespace on this cluster, once it exists.
        package var namespace: Environment.Status.NamespaceReference?
        package var placement: Placement?
        package var queue: Queue?
        package var model: Model?
        /// How many environments are bound to it.
        package var boundEnvironments: Int64
        /// What teardown could not remove.
        package var leftovers: [Environment.Status.Leftover]

        package init(
            conditions: [Condition] = [],
            observedGeneration: Int64 = 0,
            mode: Spec.Mode? = nil,
            url: String? = nil,
            namespace: Environment.Status.NamespaceReference? = nil,
            placement: Placement? = nil,
            queue: Queue? = nil,
            model: Model? = nil,
            boundEnvironments: Int64 = 0,
            leftovers: [Environment.Status.Leftover] = []
        ) {
            self.conditions = conditions
            self.observedGeneration = observedGeneration
            self.mode = mode
            self.url = url
            self.namespace = namespace
            self.placement = placement
            self.queue = queue
            self.model = model
            self.boundEnvironments = boundEnvironments
            self.leftovers = leftovers
        }

        package func condition(_ type: ConditionType) -> Condition? {
            conditions.first { $0.type == type.rawValue }
        }

        /// Where the model's pod has its GPUs.
        package struct Placement: Sendable, Hashable {
            package var node: String
            package var resource: String
            package var count: Int64

            package init(node: String, resource: String, count: Int64) {
                self.node = node
                self.resource = resource
                self.count = count
            }
        }

        /// Its place among those that wait for GPUs.
        package struct Queue: Sendable, Hashable {
            package var position: Int64
            /// Who holds what it waits for.
            package var waitingFor: String
            package var since: Timestamp?

            package init(position: Int64, waitingFor: String, since: Timestamp? = nil) {
                self.position = position
                self.waitingFor = waitingFor
                self.since = since
            }
        }

        /// What the model server says of its model.
        package struct Model: Sendable, Hashable {
            package var isLoaded: Bool
            package var name: String?
            /// Who last gave a token of it, and has been ready since: nobody else is believed without one.
            package var answeredBy: String?

            package init(isLoaded: Bool, name: String? = nil, answeredBy: String? = nil) {
                self.isLoaded = isLoaded
                self.name = name
                self.answeredBy = answeredBy
            }
        }
    }
}

// MARK: - Reading and writing

extension InferenceEndpoint.Status {
    init(_ field: Field) {
        self.init(
            conditions: field["conditions"].list(limit: Limits.conditions) { Condition($0) },
            observedGeneration: field["observedGeneration"].integer(in: 0...Int64.max) ?? 0,
            mode: field["mode"].choice(InferenceEndpoint.Spec.Mode.self),
            url: field["url"].string(),
            namespace: field["namespace"].object { Environment.Status.NamespaceReference($0) },
            placement: field["placement"].object { Placement($0) },
            queue: field["queue"].object { Queue($0) },
            model: field["model"].object { Model($0) },
            boundEnvironments: field["boundEnvironments"].integer(in: 0...Int64.max) ?? 0,
            leftovers: field["leftovers"].list(limit: Limits.leftovers) { Environment.Status.Leftover($0) }
        )
        modeChangedAt = field["modeChangedAt"].timestamp()
    }

    package var json: JSONValue {
        var json: JSONValue = .emptyObject
        json.put("conditions", conditions.map(\.json))
        json.put("observedGeneration", observedGeneration)
        json.put("mode", mode?.rawValue)
        json.put("modeChangedAt", modeChangedAt)
        json.put("url", url)
        json.put("namespace", namespace?.json)
        json.put("placement", placement?.json)
        json.put("queue", queue?.json)
        json.put("model", model?.json)
        json.put("boundEnvironments", boundEnvironments)
        json.put("leftovers", leftovers.map(\.json))
        return json
    }
}

extension InferenceEndpoint.Status.Placement {
    init(_ field: Field) {
        self.init(
            node: field["node"].string() ?? "", resource: field["resource"].string() ?? "",
            count: field["count"].integer(in: 0...Int64.max) ?? 0)
    }

    var json: JSONValue { ["node": .string(node), "resource": .string(resource), "count": .integer(count)] }
}

extension InferenceEndpoint.Status.Queue {
    init(_ field: Field) {
        self.init(
            position: field["position"].integer(in: 0...Int64.max) ?? 0,
            waitingFor: field["waitingFor"].string() ?? "", since: field["since"].timestamp())
    }

    var json: JSONValue {
        var json: JSONValue = ["position": .integer(position), "waitingFor": .string(waitingFor)]
        json.put("since", since)
        return json
    }
}

extension InferenceEndpoint.Status.Model {
    init(_ field: Field) {
        self.init(
            isLoaded: field["loaded"].bool() ?? false, name: field["name"].string(),
            answeredBy: field["answeredBy"].string())
    }

    var json: JSONValue {
        var json: JSONValue = ["loaded": .bool(isLoaded)]
        json.put("name", name)
        json.put("answeredBy", answeredBy)
        return json
    }
}
