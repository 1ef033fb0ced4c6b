import Formats
import Kubernetes

/// What a definition says about one version of its resource.
struct CustomResource: Sendable {
    /// Keeps a definition until its objects are gone.
    static let cleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io"

    var schema: StructuralSchema
    /// What tables show beside the name.
    var columns: [PrinterColumn] = []
    /// The schema as the definition gives it, for documents.
    var document: JSONValue = [:]
    /// Only what is there may still change: the definition is being deleted.
    var isTerminating = false

    private static let root: Set<String> = ["apiVersion", "kind", "metadata"]

    /// Prunes, and fills in defaults.
    func prepare(_ object: inout JSONValue) {
        schema.prune(&object, keeping: Self.root)
        schema.fillDefaults(&object)
    }

    func errors(in object: JSONValue) -> [FieldError] { schema.errors(object, at: "") }

    /// One descriptor for each served version of a definition.
    static func descriptors(_ definition: StoredObject) -> [ResourceDescriptor] {
        let spec = definition.json["spec"] ?? [:]
        let names = spec["names"] ?? [:]
        func words(_ key: String) -> [String] { names[key]?.array?.compactMap(\.string) ?? [] }
        return (spec["versions"]?.array ?? []).filter { $0["served"] == true }.map { version in
            let resource = APIResource(
                spec["group"]?.string ?? "", version["name"]?.string ?? "", names["plural"]?.string ?? "",
                kind: names["kind"]?.string ?? "", isNamespaced: spec["scope"] != "Cluster")
            var descriptor = ResourceDescriptor(resource)
            descriptor.singular = names["singular"]?.string ?? ""
            descriptor.shortNames = words("shortNames")
            descriptor.categories = words("categories")
            descriptor.generation = .spec
            descriptor.allowsUnconditionalUpdate = false
            if version[path: "subresources", "status"] != nil { descriptor.subresources = ["status"] }
            let document = version[path: "schema", "openAPIV3Schema"] ?? [:]
            let schema = StructuralSchema(document)
            var shape = schema.shape
            shape.setField("metadata", .metadata)
            descriptor.shape = shape
            descriptor.custom = CustomResource(
                schema: schema,
                columns: (version["additionalPrinterColumns"]?.array ?? []).compactMap(PrinterColumn.init),
                document: document, isTerminating: definition.isDeleting)
            return descriptor
        }
    }
}
