package import Formats

extension Environment.Status {
    init(_ field: Field) {
        self.init(
            conditions: field["conditions"].list(limit: Limits.conditions) { Condition($0) },
            observedGeneration: field["observedGeneration"].integer(in: 0...Int64.max) ?? 0,
            namespace: field["namespace"].object { NamespaceReference($0) },
            release: field["release"].object { Release($0) },
            kubeconfig: field["kubeconfig"].object { Kubeconfig($0) },
            expiresAt: field["expiresAt"].timestamp(),
            warnedAt: field["warnedAt"].timestamp(),
            resolvedClass: field["resolvedClass"].object { ResolvedClass($0) },
            leftovers: field["leftovers"].list(limit: Limits.leftovers) { Leftover($0) }
        )
        ttl = field["ttl"].duration()
    }

    package var json: JSONValue {
        var json: JSONValue = .emptyObject
        json.put("conditions", conditions.map(\.json))
        json.put("observedGeneration", observedGeneration)
        json.put("namespace", namespace?.json)
        json.put("release", release?.json)
        json.put("kubeconfig", kubeconfig?.json)
        json.put("expiresAt", expiresAt)
        json.put("ttl", ttl)
        json.put("warnedAt", warnedAt)
        json.put("resolvedClass", resolvedClass?.json)
        json.put("leftovers", leftovers.map(\.json))
        return json
    }
}

extension Environment.Status.NamespaceReference {
    init?(_ field: Field) {
        let name = field["name"].required("name the namespace").string()
        let uid = field["uid"].required("without it nothing proves whose namespace it is").string()
        guard let name, let uid else { return nil }
        self.init(name: name, uid: uid)
    }

    var json: JSONValue { ["name": .string(name), "uid": .string(uid)] }
}

extension Environment.Status.Release {
    init(_ field: Field) {
        self.init(
            name: field["name"].string() ?? "",
            chart: field["chart"].string() ?? "",
            revision: field["revision"].integer(in: 0...Int64.max) ?? 0,
            digest: field["digest"].string() ?? ""
        )
    }

    var json: JSONValue {
        [
            "name": .string(name), "chart": .string(chart), "revision": .integer(revision),
            "digest": .string(digest),
        ]
    }
}

extension Environment.Status.Kubeconfig {
    init(_ field: Field) {
        self.init(
            secretNamespace: field["secretRef"]["namespace"].string() ?? "",
            secretName: field["secretRef"]["name"].string() ?? "",
            server: field["server"].string(),
            expiresAt: field["expiresAt"].timestamp()
        )
        publishedTo = field["publishedTo"].string()
    }

    var json: JSONValue {
        var json: JSONValue = [
            "secretRef": ["namespace": .string(secretNamespace), "name": .string(secretName)]
        ]
        json.put("server", server)
        json.put("expiresAt", expiresAt)
        json.put("publishedTo", publishedTo)
        return json
    }
}

extension Environment.Status.ResolvedClass {
    init(_ field: Field) {
        self.init(
            name: field["name"].string() ?? "",
            uid: field["uid"].string() ?? "",
            generation: field["generation"].integer(in: 0...Int64.max) ?? 0,
            spec: field["spec"].value ?? .emptyObject
        )
    }

    var json: JSONValue {
        ["name": .string(name), "uid": .string(uid), "generation": .integer(generation), "spec": spec]
    }
}

extension Environment.Status.Leftover {
    init(_ field: Field) {
        self.init(
            apiVersion: field["apiVersion"].string() ?? "",
            kind: field["kind"].string() ?? "",
            namespace: field["namespace"].string(),
            name: field["name"].string() ?? "",
            heldBy: field["heldBy"].string() ?? "",
            since: field["since"].timestamp()
        )
    }

    var json: JSONValue {
        var json: JSONValue = ["apiVersion": .string(apiVersion), "kind": .string(kind)]
        json.put("namespace", namespace)
        json.put("name", name)
        json.put("heldBy", heldBy)
        json.put("since", since)
        return json
    }
}
