package import Formats

extension InferenceEndpoint {
    /// A page to talk to the model.
    package struct WebUI: Sendable, Hashable {
        package var isEnabled: Bool
        package var image: String?
        /// The volume that keeps accounts and conversations.
        package var size: Quantity?
        package var exposure: Exposure

        package init(
            isEnabled: Bool = false, image: String? = nil, size: Quantity? = nil, exposure: Exposure = Exposure()
        ) {
            self.isEnabled = isEnabled
            self.image = image
            self.size = size
            self.exposure = exposure
        }
    }

    /// How the page is reached from outside of the cluster.
    package struct Exposure: Sendable, Hashable {
        package enum Kind: String, Sendable, Hashable, CaseIterable {
            case none = "None"
            case ingress = "Ingress"
            case tailscale = "Tailscale"
        }

        package var type: Kind
        /// The name of the page: of an Ingress the whole one, on a tailnet the machine's.
        package var host: String?
        /// Of an Ingress.
        package var className: String?

        package init(type: Kind = .none, host: String? = nil, className: String? = nil) {
            self.type = type
            self.host = host
            self.className = className
        }
    }
}

extension InferenceEndpoint.WebUI {
    init(_ field: Field) {
        let page = field.members("enabled", "image", "size", "exposure")
        self.init(
            isEnabled: page["enabled"].bool() ?? false,
            image: page["image"].string(.image),
            size: page["size"].quantity(),
            exposure: InferenceEndpoint.Exposure(page["exposure"])
        )
    }

    var json: JSONValue {
        var json: JSONValue = ["enabled": .bool(isEnabled)]
        json.put("image", image)
        json.put("size", size?.description)
        if exposure != InferenceEndpoint.Exposure() { json["exposure"] = exposure.json }
        return json
    }
}

extension InferenceEndpoint.Exposure {
    init(_ field: Field) {
        let exposure = field.members("type", "host", "className")
        self.init(
            type: exposure["type"].choice(Kind.self) ?? .none,
            host: exposure["host"].string(.dnsSubdomain),
            className: exposure["className"].string(.dnsSubdomain)
        )
    }

    var json: JSONValue {
        var json: JSONValue = ["type": .string(type.rawValue)]
        json.put("host", host)
        json.put("className", className)
        return json
    }
}
