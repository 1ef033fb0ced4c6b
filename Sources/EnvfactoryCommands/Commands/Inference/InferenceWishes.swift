import EnvironmentAPI
import Formats
import HTTPModel

/// What the options of `inference create` say an endpoint shall be.
///
/// They are written into the spec as they stand and read from there, so that what is wrong with them is told as it
/// is of a file.
struct InferenceWishes: Sendable {
    private static let model = Valued<String>("model", "name", "The name by which clients ask for the model.")
    private static let mode = Valued<InferenceEndpoint.Spec.Mode>(
        choice: "mode", "Beside the cluster, in it, or in it where a GPU fits; Host unless given.")
    private static let host = Valued<HostPlace>(
        "host", "address[:port]", "Where the model server is, seen from pods; port 18080 unless given.",
        reader: HostPlace.init(reading:))
    private static let cidrs = Valued<String>(
        "cidr", "addresses", isRepeated: true,
        "Where the host's name leads, such as 192.168.1.20/32: isolated environments reach nothing else; several times."
    )
    private static let engine = Valued<InferenceEndpoint.Engine.Kind>(
        choice: "engine", "What runs in the cluster; LlamaCpp unless given.")
    private static let image = Valued<String>("image", "name", "The engine's image, in the cluster.")
    private static let file = Valued<String>("file", "name", "The file of the weights, at the source.")
    private static let source = Valued<String>(
        "source", "address", "Where the files are: hf://owner/repository or https://…; hf://<model> unless given.")
    private static let sha256 = Valued<String>("sha256", "digest", "The digest of the file of the weights.")
    private static let gpus = Valued<Int>(
        "gpus", "count", in: 1...1_024, "How many GPUs the engine needs; 1 unless given.")
    private static let vendor = Valued<InferenceEndpoint.GPU.Vendor>(
        choice: "vendor", "Whose GPUs; NVIDIA unless given, None for processors alone.")
    private static let cacheSize = Valued<String>(
        "cache-size", "amount", "The volume that keeps the model's files, such as 40Gi.")
    private static let serviceName = Valued<String>(
        "service-name", "name", "What its Service is called; llm-server unless given.")
    private static let port = Valued<Int>(
        "port", "number", in: 1...65_535, "The port of its Service; that of --host, else 18080, unless given.")

    static let options: [any CommandOption] = [
        model, mode, host, cidrs, engine, image, file, source, sha256, gpus, vendor, cacheSize, serviceName, port,
    ]

    private var values: [(path: [String], value: JSONValue)] = []
    private var hasModel: Bool
    private var hostPlace: HostPlace?
    private var addressBlocks: [String]

    init(_ arguments: ParsedArguments) {
        hasModel = arguments[Self.model] != nil
        hostPlace = arguments[Self.host]
        addressBlocks = arguments.all(Self.cidrs)
        add(arguments[Self.mode]?.rawValue, "mode")
        add(arguments[Self.model], "model", "name")
        add(arguments[Self.file], "model", "file")
        add(arguments[Self.source], "model", "source")
        add(arguments[Self.sha256], "model", "sha256")
        add(hostPlace?.address, "host", "address")
        add(hostPlace?.port.map(Int.init), "host", "port")
        if !addressBlocks.isEmpty { values.append((["host", "cidrs"], .array(addressBlocks.map(JSONValue.string)))) }
        add(arguments[Self.engine]?.rawValue, "engine", "type")
        add(arguments[Self.image], "engine", "image")
        add(arguments[Self.vendor]?.rawValue, "gpu", "vendor")
        add(arguments[Self.gpus], "gpu", "count")
        add(arguments[Self.cacheSize], "cache", "size")
        add(arguments[Self.serviceName], "serving", "serviceName")
        add(arguments[Self.port], "serving", "port")
    }

    private mutating func add(_ text: String?, _ path: String...) {
        if let text { values.append((path, .string(text))) }
    }

    private mutating func add(_ number: Int?, _ path: String...) {
        if let number { values.append((path, .integer(Int64(number)))) }
    }

    /// What is missing where no file says it.
    var problems: [String] {
        var problems: [String] = []
        if !hasModel { problems.append("no model is given: write --model <name>, as clients shall ask for it") }
        if hostPlace == nil, !addressBlocks.isEmpty {
            problems.append("--cidr says where the name of --host leads: add --host, or remove it")
        }
        return problems
    }

    /// The spec with the wishes written over it; what is no object in it stays, and is refused as such.
    func applied(to spec: JSONValue?) -> JSONValue {
        var spec = spec ?? [:]
        for (path, value) in values { spec.set(path[...], value) }
        // A name in the DNS cannot change ports: both are equal where nobody says otherwise.
        if let port = hostPlace?.port, spec[path: "serving", "port"] == nil {
            spec.set(["serving", "port"], .integer(Int64(port)))
        }
        return spec
    }
}

extension JSONValue {
    fileprivate mutating func set(_ path: ArraySlice<String>, _ value: JSONValue) {
        guard let key = path.first else { return self = value }
        guard object != nil else { return }
        var member = self[key] ?? [:]
        member.set(path.dropFirst(), value)
        self[key] = member
    }
}

/// A machine and a port, as `--host` takes them.
struct HostPlace: Sendable, Hashable {
    var address: String
    var port: UInt16?
}

extension HostPlace {
    /// Reads `host.k3d.internal`, `192.168.1.20:8080` or `[fd00::1]:8080`.
    init(reading text: String) throws(InvalidValue) {
        if IPAddress(text) != nil {
            self.init(address: text)
        } else if let (host, port) = URLParts.hostAndPort(text) {
            self.init(address: host, port: port)
        } else {
            throw InvalidValue(
                "write a name or an address, and a port where it is not 18080: host.k3d.internal:8080, [fd00::1]:8080")
        }
    }
}
