import Formats

/// What a Service must look like, and what of it stays as it was.
enum ServiceRules {
    private static let types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]

    static func errors(in object: JSONValue, replacing old: JSONValue?) -> [FieldError] {
        let spec = object["spec"] ?? [:]
        return typeErrors(spec) + portErrors(spec) + addressErrors(spec, old?["spec"])
    }

    /// Whether the type gives the Service ports on every node.
    static func hasNodePorts(_ spec: JSONValue) -> Bool { ["NodePort", "LoadBalancer"].contains(spec["type"]) }

    private static func typeErrors(_ spec: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        let type = spec["type"]?.string ?? ""
        if !types.contains(type) { errors.append(.notSupported("spec.type", .string(type), types)) }
        let affinities = ["ClientIP", "None"]
        if let affinity = spec["sessionAffinity"], affinity.string.map({ !affinities.contains($0) }) ?? true {
            errors.append(.notSupported("spec.sessionAffinity", affinity, affinities))
        }
        if type == "ExternalName" {
            let name = spec["externalName"]?.string ?? ""
            errors +=
                name.isEmpty
                ? [.required("spec.externalName")]
                : NameSyntax.subdomain(name).map { .invalid("spec.externalName", .string(name), $0) }
        }
        if let policy = spec["externalTrafficPolicy"], !hasNodePorts(spec) {
            let why = "ExternalTrafficPolicy can only be set on NodePort and LoadBalancer service"
            errors.append(.invalid("spec.externalTrafficPolicy", policy, why))
        }
        return errors
    }

    private static func addressErrors(_ spec: JSONValue, _ old: JSONValue?) -> [FieldError] {
        let address = spec["clusterIP"]?.string ?? ""
        let before = old?["clusterIP"]?.string ?? ""
        if spec["type"] != "ExternalName", !before.isEmpty, old?["type"] != "ExternalName", address != before {
            let list = address.isEmpty ? "[]string(nil)" : "[]string{\"\(address)\"}"
            let why = address.isEmpty ? "primary clusterIP can not be unset" : "may not change once set"
            let body = "Invalid value: \(list): \(why)"
            return [FieldError(type: .invalid, field: "spec.clusterIPs[0]", body: body)]
        }
        if address == "None", hasNodePorts(spec) {
            let why = "may not be set to 'None' for \(spec["type"]?.string ?? "") services"
            return [.invalid("spec.clusterIPs[0]", "None", why)]
        }
        guard !address.isEmpty, address != "None", !isAddress(address) else { return [] }
        let why = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
        return [.invalid("spec.clusterIPs[0]", .string(address), why)]
    }

    private static func isAddress(_ text: String) -> Bool {
        if text.contains(":") { return text.utf8.allSatisfy { "0123456789abcdefABCDEF:.".utf8.contains($0) } }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    // MARK: - Ports

    private static func portErrors(_ spec: JSONValue) -> [FieldError] {
        let ports = spec["ports"]?.array ?? []
        let isHeadless = spec["clusterIP"] == "None" || spec["type"] == "ExternalName"
        guard !ports.isEmpty else { return isHeadless ? [] : [.required("spec.ports")] }
        var errors: [FieldError] = []
        var names: Set<String> = []
        for (index, port) in ports.enumerated() {
            let path = "spec.ports[\(index)]"
            let name = port["name"]?.string ?? ""
            if name.isEmpty {
                if ports.count > 1 { errors.append(.required("\(path).name")) }
            } else {
                errors += NameSyntax.label(name).map { .invalid("\(path).name", .string(name), $0) }
                if !names.insert(name).inserted { errors.append(.duplicate("\(path).name", .string(name))) }
            }
            errors += numberErrors(port, at: path, spec)
        }
        return errors
    }

    private static func numberErrors(_ port: JSONValue, at path: String, _ spec: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        func check(_ field: String) {
            guard let number = port[field]?.integer, !(1...65535).contains(number) else { return }
            errors.append(.invalid("\(path).\(field)", .integer(number), "must be between 1 and 65535, inclusive"))
        }
        check("port")
        let protocols = ["SCTP", "TCP", "UDP"]
        if let name = port["protocol"]?.string, !protocols.contains(name) {
            errors.append(.notSupported("\(path).protocol", .string(name), protocols))
        }
        check("targetPort")
        if let number = port["nodePort"]?.integer, number != 0, !hasNodePorts(spec) {
            let why = "may not be used when `type` is '\(spec["type"]?.string ?? "")'"
            errors.append(.forbidden("\(path).nodePort", why))
        }
        return errors
    }
}
