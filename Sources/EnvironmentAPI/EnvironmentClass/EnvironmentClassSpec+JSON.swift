package import Formats

extension EnvironmentClass.Spec {
    /// Reads a spec that was kept elsewhere, such as in `Environment.status.resolvedClass`.
    ///
    /// What ``json`` wrote is read as it was; of anything else what can be read, with the defaults for the rest.
    package init(json: JSONValue) {
        self.init(Field(json, at: "spec", ViolationLog()))
    }

    init(_ field: Field) {
        typealias Class = EnvironmentClass
        let spec = field.members(
            "description", "isolation", "usage", "lifetime", "access", "podSecurity", "quota", "limitRange", "network",
            "tenantRole", "virtualCluster", "parameters", "drift", "teardown"
        )
        self.init(
            isolation: spec["isolation"].required("write Namespace or VirtualCluster").choice(Class.Isolation.self)
        )
        description = spec["description"].string(limit: Limits.description)
        usage = Class.Usage(spec["usage"])
        lifetime = Class.Lifetime(spec["lifetime"])
        access = spec["access"].list(limit: Limits.access) { Subject($0) }
        podSecurity = Class.PodSecurity(spec["podSecurity"])
        quota = spec["quota"].members("hard")["hard"].map(limit: Limits.quota, keys: .labelKey) { $0.quantity() }
        limitRange = spec["limitRange"].list(limit: Limits.limitRange) { Class.LimitRangeItem($0) }
        network = Class.Network(spec["network"])
        tenantRole = spec["tenantRole"].choice(Class.TenantRole.self)
        virtualCluster = spec["virtualCluster"].object { Class.VirtualCluster($0) }
        parameters = spec["parameters"].list(limit: Limits.parameters) { Class.Parameter($0) }
        drift = spec["drift"].members("mode")["mode"].choice(Class.DriftMode.self) ?? Class.Defaults.drift
        teardown = Class.Teardown(spec["teardown"])
    }

    package var json: JSONValue {
        var json: JSONValue = .emptyObject
        json.put("description", description)
        json.put("isolation", isolation?.rawValue)
        let usage = self.usage.json
        if usage != .emptyObject { json["usage"] = usage }
        json["lifetime"] = lifetime.json
        json.put("access", access.map(\.json))
        json["podSecurity"] = podSecurity.json
        if !quota.isEmpty { json["quota"] = ["hard": quota.json] }
        json.put("limitRange", limitRange.map(\.json))
        json["network"] = network.json
        json.put("tenantRole", tenantRole?.rawValue)
        json.put("virtualCluster", virtualCluster?.json)
        json.put("parameters", parameters.map(\.json))
        json["drift"] = ["mode": .string(drift.rawValue)]
        json["teardown"] = ["timeout": .string(teardown.timeout.goText), "volumes": .string(teardown.volumes.rawValue)]
        return json
    }
}

extension EnvironmentClass.Usage {
    init(_ field: Field) {
        let usage = field.members("namespaceSelector", "maxEnvironments", "maxEnvironmentsPerNamespace")
        self.init(
            namespaceSelector: usage["namespaceSelector"].object { LabelSelector($0) },
            maxEnvironments: usage["maxEnvironments"].integer(in: Limits.environments),
            maxEnvironmentsPerNamespace: usage["maxEnvironmentsPerNamespace"].integer(in: Limits.environments)
        )
    }

    var json: JSONValue {
        var json: JSONValue = .emptyObject
        json.put("namespaceSelector", namespaceSelector?.json)
        json.put("maxEnvironments", maxEnvironments)
        json.put("maxEnvironmentsPerNamespace", maxEnvironmentsPerNamespace)
        return json
    }
}

extension EnvironmentClass.Lifetime {
    init(_ field: Field) {
        typealias Defaults = EnvironmentClass.Defaults
        let lifetime = field.members("default", "maximum", "warnings", "retention")
        let warnings = lifetime["warnings"]
        self.init(
            default: lifetime["default"].positiveDuration(),
            maximum: lifetime["maximum"].positiveDuration() ?? Defaults.maximumLifetime,
            warnings: warnings.isAbsent
                ? Defaults.warnings : warnings.list(limit: Limits.warnings) { $0.positiveDuration() },
            retention: lifetime["retention"].duration() ?? Defaults.retention
        )
    }

    var json: JSONValue {
        var json: JSONValue = .emptyObject
        json.put("default", `default`)
        json.put("maximum", maximum)
        // An empty list is a decision: no warnings.
        json["warnings"] = .array(warnings.map { .string($0.goText) })
        json.put("retention", retention)
        return json
    }
}

extension EnvironmentClass.PodSecurity {
    init(_ field: Field) {
        typealias Level = EnvironmentClass.PodSecurityLevel
        typealias Defaults = EnvironmentClass.Defaults
        let security = field.members("enforce", "warn", "audit")
        self.init(
            enforce: security["enforce"].choice(Level.self) ?? Defaults.podSecurityEnforce,
            warn: security["warn"].choice(Level.self) ?? Defaults.podSecurityWarn,
            audit: security["audit"].choice(Level.self) ?? Defaults.podSecurityAudit
        )
    }

    var json: JSONValue {
        [
            "enforce": .string(enforce.rawValue), "warn": .string(warn.rawValue), "audit": .string(audit.rawValue),
        ]
    }
}

extension EnvironmentClass.Teardown {
    init(_ field: Field) {
        let teardown = field.members("timeout", "volumes")
        self.init(
            timeout: teardown["timeout"].positiveDuration() ?? EnvironmentClass.Defaults.teardownTimeout,
            volumes: teardown["volumes"].choice(EnvironmentClass.VolumePolicy.self)
                ?? EnvironmentClass.Defaults.volumes
        )
    }
}
