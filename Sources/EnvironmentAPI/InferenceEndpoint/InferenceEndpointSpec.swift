package import Formats

extension InferenceEndpoint {
    /// What the user wants.
    package struct Spec: Sendable, Hashable {
        package enum Mode: String, Sendable, Hashable, CaseIterable {
            /// The model server runs beside the cluster, where the GPU is.
            case host = "Host"
            case cluster = "Cluster"
            /// In the cluster where a fitting GPU exists, else beside it.
            case auto = "Auto"
        }

        package var mode: Mode
        package var model: Model
        /// Where the model server is; absent where it runs in the cluster alone.
        package var host: Host?
        package var engine: Engine
        package var gpu: GPU
        package var placement: Placement
        package var cache: Cache
        package var serving: Serving
        package var webUI: WebUI
        /// Whose Environments may bind it; `nil`: those of its own namespace alone.
        package var usage: LabelSelector?

        package init(
            mode: Mode = Defaults.mode,
            model: Model,
            host: Host? = nil,
            engine: Engine = Engine(),
            gpu: GPU = GPU(),
            placement: Placement = Placement(),
            cache: Cache = Cache(),
            serving: Serving = Serving(),
            webUI: WebUI = WebUI(),
            usage: LabelSelector? = nil
        ) {
            self.mode = mode
            self.model = model
            self.host = host
            self.engine = engine
            self.gpu = gpu
            self.placement = placement
            self.cache = cache
            self.serving = serving
            self.webUI = webUI
            self.usage = usage
        }
    }

    /// What is served.
    package struct Model: Sendable, Hashable {
        /// The name by which clients ask for it.
        package var name: String
        /// The file of the weights, at the source.
        package var file: String?
        /// The file of a projector for images, at the source.
        package var projector: String?
        /// Where the files are: `hf://owner/repository`, or an address; absent: `hf://` and the name.
        package var source: String?
        /// Of the file of the weights.
        package var sha256: String?
        package var contextSize: Int64?
        /// How many requests are answered at once.
        package var parallel: Int64?

        package init(
            name: String,
            file: String? = nil,
            projector: String? = nil,
            source: String? = nil,
            sha256: String? = nil,
            contextSize: Int64? = nil,
            parallel: Int64? = nil
        ) {
            self.name = name
            self.file = file
            self.projector = projector
            self.source = source
            self.sha256 = sha256
            self.contextSize = contextSize
            self.parallel = parallel
        }
    }

    /// A model server beside the cluster.
    package struct Host: Sendable, Hashable {
        /// A name that the cluster's DNS resolves, or an address.
        package var address: String
        package var port: Int64
        /// Where the name leads to, for network policies, which know no names.
        package var cidrs: [String]

        package init(address: String, port: Int64 = Defaults.port, cidrs: [String] = []) {
            self.address = address
            self.port = port
            self.cidrs = cidrs
        }
    }

    /// The program that serves the model in the cluster.
    package struct Engine: Sendable, Hashable {
        package enum Kind: String, Sendable, Hashable, CaseIterable {
            case llamaCpp = "LlamaCpp"
            case vLLM = "VLLM"
            case custom = "Custom"
        }

        package var type: Kind
        package var image: String?
        /// Instead of what the type runs.
        package var command: [String]
        /// Where it listens.
        package var port: Int64
        /// How long loading may take before the engine is started anew.
        package var loadTimeout: Duration

        package init(
            type: Kind = Defaults.engine,
            image: String? = nil,
            command: [String] = [],
            port: Int64 = Defaults.enginePort,
            loadTimeout: Duration = Defaults.loadTimeout
        ) {
            self.type = type
            self.image = image
            self.command = command
            self.port = port
            self.loadTimeout = loadTimeout
        }
    }

    package struct GPU: Sendable, Hashable {
        package enum Vendor: String, Sendable, Hashable, CaseIterable {
            case nvidia = "NVIDIA"
            case amd = "AMD"
            case intel = "Intel"
            case none = "None"
        }

        package var vendor: Vendor
        package var count: Int64
        /// The extended resource, where it is not the vendor's usual one.
        package var resourceName: String?
        /// As the vendor's discovery labels nodes with it.
        package var product: String?

        package init(
            vendor: Vendor = Defaults.vendor,
            count: Int64 = Defaults.gpuCount,
            resourceName: String? = nil,
            product: String? = nil
        ) {
            self.vendor = vendor
            self.count = count
            self.resourceName = resourceName
            self.product = product
        }
    }

    /// Where pods may go, besides what the GPU says.
    package struct Placement: Sendable, Hashable {
        package var nodeSelector: SortedMap<String>
        package var tolerations: [Toleration]
        package var runtimeClassName: String?
        package var priorityClassName: String?

        package init(
            nodeSelector: SortedMap<String> = [:],
            tolerations: [Toleration] = [],
            runtimeClassName: String? = nil,
            priorityClassName: String? = nil
        ) {
            self.nodeSelector = nodeSelector
            self.tolerations = tolerations
            self.runtimeClassName = runtimeClassName
            self.priorityClassName = priorityClassName
        }
    }

    /// The volume that keeps the model's files.
    package struct Cache: Sendable, Hashable {
        package var size: Quantity?
        package var storageClassName: String?

        package init(size: Quantity? = nil, storageClassName: String? = nil) {
            self.size = size
            self.storageClassName = storageClassName
        }
    }

    /// The Service that clients call.
    package struct Serving: Sendable, Hashable {
        package var serviceName: String
        package var port: Int64

        package init(serviceName: String = Defaults.serviceName, port: Int64 = Defaults.port) {
            self.serviceName = serviceName
            self.port = port
        }
    }
}
