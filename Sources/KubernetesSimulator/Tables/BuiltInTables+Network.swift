import Formats

extension BuiltInTables {
    static let services: [TableColumn] = [
        .name,
        .text("Type", at: "spec", "type"),
        .text("Cluster-IP") { service in
            let address = service.words("spec", "clusterIPs").first ?? service[path: "spec", "clusterIP"]?.string ?? ""
            return address.isEmpty ? none : address
        },
        .text("External-IP", externalAddress),
        .text("Port(s)") { service in
            joined(
                service.items("spec", "ports").map { port in
                    let node = port.number("nodePort")
                    let number = node == 0 ? "\(port.number("port"))" : "\(port.number("port")):\(node)"
                    return "\(number)/\(port["protocol"]?.string ?? "TCP")"
                })
        },
        .age,
        .text("Selector") { joined(labels($0[path: "spec", "selector"])) }.wide,
    ]

    @Sendable private static func externalAddress(_ service: JSONValue) -> String {
        let own = service.words("spec", "externalIPs")
        switch service[path: "spec", "type"]?.string {
        case "ExternalName": return service[path: "spec", "externalName"]?.string ?? ""
        case "LoadBalancer":
            let balancers = service.items("status", "loadBalancer", "ingress").compactMap {
                $0["ip"]?.string ?? $0["hostname"]?.string
            }
            return joined(balancers + own, else: "<pending>")
        default: return joined(own)
        }
    }

    static let ingresses: [TableColumn] = [
        .name,
        .text("Class", at: "spec", "ingressClassName", else: none),
        .text("Hosts") { ingress in
            joined(ingress.items("spec", "rules").map { $0["host"]?.string ?? "*" }, else: "*")
        },
        .text("Address") { ingress in
            joined(
                ingress.items("status", "loadBalancer", "ingress").compactMap {
                    $0["ip"]?.string ?? $0["hostname"]?.string
                }, else: "")
        },
        .text("Ports") { $0.items("spec", "tls").isEmpty ? "80" : "80, 443" },
        .age,
    ]

    static let endpoints: [TableColumn] = [
        .name,
        .text("Endpoints") { endpoints in
            let pairs = endpoints.items("subsets").flatMap { subset in
                subset.items("addresses").flatMap { address in
                    subset.items("ports").map { port in
                        "\(address["ip"]?.string ?? ""):\(port["port"].map(shown) ?? "")"
                    }
                }
            }
            let rest = pairs.count > 3 ? " + \(pairs.count - 3) more..." : ""
            return joined(Array(pairs.prefix(3)), else: "<none>") + rest
        },
        .age,
    ]

    static let endpointSlices: [TableColumn] = [
        .name,
        .text("AddressType", at: "addressType"),
        .text("Ports") { slice in
            joined(slice.items("ports").map { $0["port"].map(shown) ?? "*" }, else: "<unset>")
        },
        .text("Endpoints") { slice in
            joined(slice.items("endpoints").flatMap { $0.words("addresses") }, else: "<unset>")
        },
        .age,
    ]
}
