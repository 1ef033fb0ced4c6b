package import Formats

// MARK: - Reading

extension InferenceEndpoint.Spec {
    init(_ field: Field) {
        let spec = field.members(
            "mode", "model", "host", "engine", "gpu", "placement", "cache", "serving", "webUI", "usage")
        self.init(
            mode: spec["mode"].choice(Mode.self) ?? InferenceEndpoint.Defaults.mode,
            model: InferenceEndpoint.Model(spec["model"].required("name the model that is served")),
            host: spec["host"].object { InferenceEndpoint.Host($0) },
            engine: InferenceEndpoint.Engine(spec["engine"]),
            gpu: InferenceEndpoint.GPU(spec["gpu"]),
            placement: InferenceEndpoint.Placement(spec["placement"]),
            cache: InferenceEndpoint.Cache(spec["cache"]),
            serving: InferenceEndpoint.Serving(spec["serving"]),
            webUI: InferenceEndpoint.WebUI(spec["webUI"]),
            usage: spec["usage"].members("namespaceSelector")["namespaceSelector"].object { LabelSelector($0) }
        )
    }
}

extension InferenceEndpoint.Model {
    init(_ field: Field) {
        let model = field.members(
            "name", "file", "projector", "source", "sha256", "contextSize", "parallel")
        self.init(
            name: model["name"].required("write the name by which clients ask for the model")
                .string(limit: Limits.modelName) ?? "",
            file: model["file"].string(.fileName),
            projector: model["projector"].string(.fileName),
            source: model["source"].string(.modelSource),
            sha256: model["sha256"].string(.sha256),
            contextSize: model["contextSize"].integer(in: Limits.contextSize),
            parallel: model["parallel"].integer(in: Limits.parallel)
        )
    }
}

extension InferenceEndpoint.Host {
    init?(_ field: Field) {
        let host = field.members("address", "port", "cidrs")
        let address = host["address"].required("write the name or address of the machine that serves the model")
            .string(.hostAddress)
        let port = host["port"].integer(in: Limits.ports) ?? InferenceEndpoint.Defaults.port
        let cidrs = host["cidrs"].list(limit: Limits.cidrs) { $0.addressBlock() }
        guard let address else { return nil }
        self.init(address: address, port: port, cidrs: cidrs)
    }
}

extension InferenceEndpoint.Engine {
    init(_ field: Field) {
        let engine = field.members("type", "image", "command", "port", "loadTimeout")
        self.init(
            type: engine["type"].choice(Kind.self) ?? InferenceEndpoint.Defaults.engine,
            image: engine["image"].string(.image),
            command: engine["command"].list(limit: Limits.command) { $0.string(limit: Limits.argument) },
            port: engine["port"].integer(in: Limits.ports) ?? InferenceEndpoint.Defaults.enginePort,
            loadTimeout: engine["loadTimeout"].positiveDuration() ?? InferenceEndpoint.Defaults.loadTimeout
        )
    }
}

extension InferenceEndpoint.GPU {
    init(_ field: Field) {
        let gpu = field.members("vendor", "count", "resourceName", "product")
        self.init(
            vendor: gpu["vendor"].choice(Vendor.self) ?? InferenceEndpoint.Defaults.vendor,
            count: gpu["count"].integer(in: Limits.gpus) ?? InferenceEndpoint.Defaults.gpuCount,
            resourceName: gpu["resourceName"].nonEmpty.string(.labelKey),
            product: gpu["product"].nonEmpty.string(.labelValue)
        )
    }
}

extension InferenceEndpoint.Placement {
    init(_ field: Field) {
        let placement = field.members("nodeSelector", "tolerations", "runtimeClassName", "priorityClassName")
        self.init(
            nodeSelector: placement["nodeSelector"].map(limit: Limits.labels, keys: .labelKey) {
                $0.string(.labelValue)
            },
            tolerations: placement["tolerations"].list(limit: Limits.tolerations) { Toleration($0) },
            runtimeClassName: placement["runtimeClassName"].nonEmpty.string(.dnsSubdomain),
            priorityClassName: placement["priorityClassName"].nonEmpty.string(.dnsSubdomain)
        )
    }
}

extension InferenceEndpoint.Cache {
    init(_ field: Field) {
        let cache = field.members("size", "storageClassName")
        self.init(
            size: cache["size"].quantity(),
            storageClassName: cache["storageClassName"].nonEmpty.string(.dnsSubdomain)
        )
    }
}

extension InferenceEndpoint.Serving {
    init(_ field: Field) {
        let serving = field.members("serviceName", "port")
        self.init(
            serviceName: serving["serviceName"].string(.dnsLabel) ?? InferenceEndpoint.Defaults.serviceName,
            port: serving["port"].integer(in: Limits.ports) ?? InferenceEndpoint.Defaults.port
        )
    }
}

extension InferenceEndpoint.Spec {
    /// Reads a spec by itself, as far as it can be read.
    package init(json: JSONValue) { self.init(Field(json, at: "spec", ViolationLog())) }
}

// MARK: - Writing

extension InferenceEndpoint.Spec {
    package var json: JSONValue {
        var json: JSONValue = ["mode": .string(mode.rawValue), "model": model.json]
        json.put("host", host?.json)
        if engine != InferenceEndpoint.Engine() { json["engine"] = engine.json }
        if gpu != InferenceEndpoint.GPU() { json["gpu"] = gpu.json }
        if placement != InferenceEndpoint.Placement() { json["placement"] = placement.json }
        if cache != InferenceEndpoint.Cache() { json["cache"] = cache.json }
        json["serving"] = serving.json
        if webUI != InferenceEndpoint.WebUI() { json["webUI"] = webUI.json }
        if let usage { json["usage"] = ["namespaceSelector": usage.json] }
        return json
    }
}

extension InferenceEndpoint.Model {
    var json: JSONValue {
        var json: JSONValue = ["name": .string(name)]
        json.put("file", file)
        json.put("projector", projector)
        json.put("source", source)
        json.put("sha256", sha256)
        json.put("contextSize", contextSize)
        json.put("parallel", parallel)
        return json
    }
}

extension InferenceEndpoint.Host {
    var json: JSONValue {
        var json: JSONValue = ["address": .string(address), "port": .integer(port)]
        json.put("cidrs", cidrs)
        return json
    }
}

extension InferenceEndpoint.Engine {
    var json: JSONValue {
        var json: JSONValue = ["type": .string(type.rawValue)]
        json.put("image", image)
        json.put("command", command)
        json.put("port", port)
        json.put("loadTimeout", loadTimeout)
        return json
    }
}

extension InferenceEndpoint.GPU {
    var json: JSONValue {
        var json: JSONValue = ["vendor": .string(vendor.rawValue), "count": .integer(count)]
        json.put("resourceName", resourceName)
        json.put("product", product)
        return json
    }
}

extension InferenceEndpoint.Placement {
    var json: JSONValue {
        var json: JSONValue = .emptyObject
        json.put("nodeSelector", nodeSelector.mapValues { JSONValue.string($0) })
        json.put("tolerations", tolerations.map(\.json))
        json.put("runtimeClassName", runtimeClassName)
        json.put("priorityClassName", priorityClassName)
        return json
    }
}

extension InferenceEndpoint.Cache {
    var json: JSONValue {
        var json: JSONValue = .emptyObject
        json.put("size", size?.description)
        json.put("storageClassName", storageClassName)
        return json
    }
}

extension InferenceEndpoint.Serving {
    var json: JSONValue { ["serviceName": .string(serviceName), "port": .integer(port)] }
}
