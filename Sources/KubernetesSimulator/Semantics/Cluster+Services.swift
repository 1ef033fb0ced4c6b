import Formats
import Kubernetes

extension Cluster {
    private static let nodePorts: ClosedRange<Int64> = 30000...32767

    /// Gives a Service the ports on every node that its type asks for, and takes away what its type has no use for.
    func allocate(
        _ object: inout JSONValue,
        replacing old: JSONValue?,
        at place: Place,
        _ descriptor: ResourceDescriptor
    ) throws(APIStatus) {
        guard descriptor.table == .services else { return }
        inherit(&object, old)
        try checkAddress(object, old, descriptor)
        guard ServiceRules.hasNodePorts(object["spec"] ?? [:]) else { return }
        object.setDefault("Cluster", at: "spec", "externalTrafficPolicy")
        var taken = takenNodePorts(except: place)
        let ports = object[path: "spec", "ports"]?.array ?? []
        for (index, port) in ports.enumerated() {
            guard let number = port["nodePort"]?.integer, number != 0 else { continue }
            let field = "spec.ports[\(index)].nodePort"
            let why =
                !Self.nodePorts.contains(number)
                ? "provided port is not in the valid range. The range of valid ports is 30000-32767"
                : taken.contains(number) ? "provided port is already allocated" : ""
            guard why.isEmpty else {
                let name = object[path: "metadata", "name"]?.string ?? ""
                throw .invalid(descriptor.namedKind, name, [.invalid(field, .integer(number), why)])
            }
            taken.insert(number)
        }
        let uid = object[path: "metadata", "uid"]?.string ?? ""
        // A port that follows from the uid needs no random source and repeats with the seed.
        var candidate = Int64(uid.utf8.reduce(UInt32(5381)) { ($0 &* 33) &+ UInt32($1) } % 2768)
        object.mapItems(at: ["spec", "ports"]) { port in
            guard port["nodePort"]?.integer ?? 0 == 0, taken.count < Self.nodePorts.count else { return }
            while !taken.insert(Self.nodePorts.lowerBound + candidate).inserted { candidate = (candidate + 1) % 2768 }
            port["nodePort"] = .integer(Self.nodePorts.lowerBound + candidate)
        }
    }

    /// Keeps what an update leaves out and what its type still needs, and drops the rest.
    private func inherit(_ object: inout JSONValue, _ old: JSONValue?) {
        guard let before = old?["spec"], let spec = object["spec"] else { return }
        if spec["type"] != "ExternalName", spec["clusterIP"] == nil, spec["clusterIPs"] == nil {
            object["spec"]?["clusterIP"] = before["clusterIP"]
            object["spec"]?["clusterIPs"] = before["clusterIPs"]
            if before["clusterIP"] == nil { BuiltInDefaults.giveAddress(&object) }
        }
        if ServiceRules.hasNodePorts(before), !ServiceRules.hasNodePorts(spec) {
            let known = before["ports"]?.array?.compactMap { $0["nodePort"] } ?? []
            object.mapItems(at: ["spec", "ports"]) { port in
                if let number = port["nodePort"], known.contains(number) { port["nodePort"] = nil }
            }
            if spec["externalTrafficPolicy"] == before["externalTrafficPolicy"] {
                object["spec"]?["externalTrafficPolicy"] = nil
            }
        }
        if spec["type"] == "ExternalName", before["type"] != "ExternalName", spec["clusterIP"] == before["clusterIP"] {
            object["spec"]?["clusterIP"] = nil
            object["spec"]?["clusterIPs"] = nil
        }
    }

    /// An address that was asked for must be nobody else's.
    private func checkAddress(
        _ object: JSONValue,
        _ old: JSONValue?,
        _ descriptor: ResourceDescriptor
    ) throws(APIStatus) {
        guard let address = object[path: "spec", "clusterIP"]?.string, address.contains("."),
            old?[path: "spec", "clusterIP"]?.string != address,
            store.objects(of: .services).contains(where: { $0.json[path: "spec", "clusterIP"]?.string == address })
        else { return }
        let body =
            "Invalid value: []string{\"\(address)\"}: failed to allocated ip:\(address) with error:provided IP is "
            + "already allocated"
        throw .invalid(
            descriptor.namedKind, object[path: "metadata", "name"]?.string ?? "",
            [FieldError(type: .invalid, field: "spec.clusterIPs", body: body)])
    }

    private func takenNodePorts(except place: Place) -> Set<Int64> {
        var taken: Set<Int64> = []
        for service in store.objects(of: .services) where service.place != place {
            for port in service.json[path: "spec", "ports"]?.array ?? [] {
                if let number = port["nodePort"]?.integer, number != 0 { taken.insert(number) }
            }
        }
        return taken
    }
}
