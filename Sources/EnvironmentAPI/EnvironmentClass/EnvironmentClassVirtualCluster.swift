package import Formats

extension EnvironmentClass {
    package struct VirtualCluster: Sendable, Hashable {
        package enum ExposureType: String, Sendable, Hashable, CaseIterable {
            case clusterIP = "ClusterIP"
            case nodePort = "NodePort"
            case loadBalancer = "LoadBalancer"
            case ingress = "Ingress"

            /// The member of the union that belongs to this type.
            package var member: String {
                switch self {
                case .clusterIP: "clusterIP"
                case .nodePort: "nodePort"
                case .loadBalancer: "loadBalancer"
                case .ingress: "ingress"
                }
            }
        }

        package struct Chart: Sendable, Hashable {
            package var repository: String = Defaults.chartRepository
            package var name: String = Defaults.chartName
            package var version: String
            /// `sha256:…` of the archive.
            package var digest: String?
            package var credentialsSecretName: String?

            package init(version: String) { self.version = version }
        }

        /// How the virtual cluster's API server is reached: a union, told apart by `type`.
        package struct Exposure: Sendable, Hashable {
            package var type: ExposureType = Defaults.exposure
            package var clusterIP: ClusterIP?
            package var nodePort: NodePort?
            package var loadBalancer: LoadBalancer?
            package var ingress: Ingress?

            package init() {}
        }

        package struct ClusterIP: Sendable, Hashable {
            package var portForward: Bool = Defaults.portForward

            package init() {}
        }

        package struct NodePort: Sendable, Hashable {
            /// The address at which users reach the nodes.
            package var address: String

            package init(address: String) { self.address = address }
        }

        package struct LoadBalancer: Sendable, Hashable {
            package var sourceRanges: [String] = []
            package var annotations: SortedMap<String> = [:]

            package init() {}
        }

        package struct Ingress: Sendable, Hashable {
            package var className: String?
            /// The environment's host name is its namespace under this domain.
            package var domain: String

            package init(domain: String) { self.domain = domain }
        }

        package var chart: Chart?
        /// Any values of the chart.
        package var values: JSONValue = .emptyObject
        /// Objects applied inside the virtual cluster.
        package var manifests: [JSONValue] = []
        package var replicas: Int64 = Defaults.replicas
        package var exposure: Exposure = Exposure()
        package var allowDataLoss: Bool = false

        package init(chart: Chart?) { self.chart = chart }
    }
}

// MARK: - Reading

extension EnvironmentClass.VirtualCluster {
    init(_ field: Field) {
        let cluster = field.members("chart", "values", "manifests", "replicas", "exposure", "allowDataLoss")
        self.init(chart: cluster["chart"].required("name the version of the chart").object { Chart($0) })
        values = cluster["values"].object { $0.value } ?? .emptyObject
        manifests = cluster["manifests"].list(limit: Limits.manifests) { $0.object { $0.value } }
        replicas = cluster["replicas"].integer(in: Limits.replicas) ?? EnvironmentClass.Defaults.replicas
        exposure = cluster["exposure"].object { Exposure($0) } ?? Exposure()
        allowDataLoss = cluster["allowDataLoss"].bool() ?? false
    }
}

extension EnvironmentClass.VirtualCluster.Chart {
    init?(_ field: Field) {
        let chart = field.members("repository", "name", "version", "digest", "credentialsSecretName")
        let version = chart["version"].required("pin one version of the chart, such as 0.36.1").string(.version)
        let repository = chart["repository"].string(.chartRepository)
        let name = chart["name"].string(.dnsLabel)
        let digest = chart["digest"].string(.digest)
        let credentials = chart["credentialsSecretName"].nonEmpty.string(.dnsSubdomain)
        guard let version else { return nil }
        self.init(version: version)
        self.repository = repository ?? self.repository
        self.name = name ?? self.name
        self.digest = digest
        credentialsSecretName = credentials
    }
}

extension EnvironmentClass.VirtualCluster.Exposure {
    init(_ field: Field) {
        typealias Cluster = EnvironmentClass.VirtualCluster
        let exposure = field.members("type", "clusterIP", "nodePort", "loadBalancer", "ingress")
        type = exposure["type"].choice(Cluster.ExposureType.self) ?? EnvironmentClass.Defaults.exposure
        clusterIP = exposure["clusterIP"].object { field in
            var way = Cluster.ClusterIP()
            way.portForward = field.members("portForward")["portForward"].bool() ?? way.portForward
            return way
        }
        nodePort = exposure["nodePort"].object { field in
            let address = field.members("address")["address"].required("write where users reach the nodes")
            return Cluster.NodePort(address: address.string(limit: Limits.sourceText) ?? "")
        }
        loadBalancer = exposure["loadBalancer"].object { field in
            var way = Cluster.LoadBalancer()
            _ = field.members("sourceRanges", "annotations")
            way.sourceRanges = field["sourceRanges"].list(limit: Limits.sourceRanges) { $0.addressBlock() }
            way.annotations = field["annotations"].map(limit: Limits.loadBalancerAnnotations, keys: .labelKey) {
                $0.string()
            }
            return way
        }
        ingress = exposure["ingress"].object { field in
            let domain = field.members("className", "domain")["domain"].required("write the domain of all hosts")
            var way = Cluster.Ingress(domain: domain.string(.dnsSubdomain) ?? "")
            way.className = field["className"].string(.dnsSubdomain)
            return way
        }
    }
}

// MARK: - Writing

extension EnvironmentClass.VirtualCluster {
    package var json: JSONValue {
        var json: JSONValue = .emptyObject
        json.put("chart", chart?.json)
        if values != .emptyObject { json["values"] = values }
        json.put("manifests", manifests)
        json["replicas"] = .integer(replicas)
        json["exposure"] = exposure.json
        json["allowDataLoss"] = .bool(allowDataLoss)
        return json
    }
}

extension EnvironmentClass.VirtualCluster.Chart {
    var json: JSONValue {
        var json: JSONValue = ["repository": .string(repository), "name": .string(name), "version": .string(version)]
        json.put("digest", digest)
        json.put("credentialsSecretName", credentialsSecretName)
        return json
    }
}

extension EnvironmentClass.VirtualCluster.Exposure {
    var json: JSONValue {
        var json: JSONValue = ["type": .string(type.rawValue)]
        if let clusterIP { json["clusterIP"] = ["portForward": .bool(clusterIP.portForward)] }
        if let nodePort { json["nodePort"] = ["address": .string(nodePort.address)] }
        if let loadBalancer {
            var way: JSONValue = .emptyObject
            way.put("sourceRanges", loadBalancer.sourceRanges)
            way.put("annotations", loadBalancer.annotations.mapValues { JSONValue.string($0) })
            json["loadBalancer"] = way
        }
        if let ingress {
            var way: JSONValue = ["domain": .string(ingress.domain)]
            way.put("className", ingress.className)
            json["ingress"] = way
        }
        return json
    }
}
