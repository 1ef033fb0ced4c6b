import Kubernetes

/// What the API server knows about one resource of one version.
struct ResourceDescriptor: Sendable {
    /// When `metadata.generation` counts up.
    enum Generation: Sendable {
        /// The kind has none.
        case none
        /// With every change outside of metadata and, where that is a subresource, status.
        case spec
    }

    /// What a name of the kind may look like.
    enum NameRule: Sendable {
        case label
        /// A label that begins with a letter: Services.
        case label1035
        case subdomain
        /// Anything that is a path segment: roles and bindings.
        case segment
    }

    var resource: APIResource
    /// Where the objects are kept; versions of one kind share it.
    var table: TableName
    var singular: String
    var shortNames: [String] = []
    var categories: [String] = []
    var subresources: [String] = []
    var generation = Generation.none
    var nameRule = NameRule.subdomain
    /// An update without a resourceVersion replaces whatever is there.
    var allowsUnconditionalUpdate = true
    /// A PUT of an absent object creates it.
    var createsOnUpdate = false
    /// A DELETE of the collection deletes what is in it.
    var deletesCollections = true
    /// A DELETE answers with the object instead of a `Status`.
    var returnsDeletedObject = false
    /// What owns the object's dependents after a DELETE that says nothing about it.
    var defaultPropagation = PropagationPolicy.background
    /// Which lists and maps are merged, and by what key.
    var shape = Shape.deduced
    /// The fields of a built-in kind.
    var schema: StructuralSchema?
    /// Only for custom resources.
    var custom: CustomResource?

    init(_ resource: APIResource, table: String? = nil) {
        self.resource = resource
        self.table = TableName(text: table ?? resource.qualifiedName)
        singular = resource.kind.lowercased()
    }

    /// The subresources that are something to do, and nothing to read.
    static let actions: Set<String> = ["token", "eviction", "binding"]

    var hasStatus: Bool { subresources.contains("status") }

    /// How most errors name the resource.
    var named: NamedResource { NamedResource(group: resource.group, word: resource.plural) }
    /// How validation errors name it.
    var namedKind: NamedResource { NamedResource(group: resource.group, word: resource.kind) }

    func place(namespace: String, name: String) -> Place {
        Place(table: table, namespace: resource.isNamespaced ? namespace : "", name: name)
    }
}
