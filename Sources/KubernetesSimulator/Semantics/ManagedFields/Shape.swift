/// How the parts of an object merge: which lists are sets or maps, which maps are one value.
///
/// What a shape does not name is deduced as the server deduces it where it has no schema: maps merge key by key,
/// lists are one value.
struct Shape: Sendable {
    enum Merge: Sendable, Hashable {
        /// By what the value is.
        case deduced
        /// One value: whoever writes a part of it owns it whole.
        case atomic
        /// A list of values that differ.
        case set
        /// A list of objects that are told apart by these keys.
        case map(keys: [String])
    }

    var merge = Merge.deduced
    /// The fields of a struct; others are the keys of a map.
    private(set) var fields: [String: Shape] = [:]
    /// Items of a list, values of a map.
    private var elements: [Shape] = []
    /// A struct that is there whenever its parent is: nobody owns its presence.
    var isAlwaysPresent = false
    /// Every key is the field of a struct, named here or not, and so on further down.
    var isStruct = false
    /// The value a list's key has where the item does not name it (`protocol: TCP`).
    var keyDefaults: [String: String] = [:]

    init(
        _ merge: Merge = .deduced,
        fields: [String: Shape] = [:],
        element: Shape? = nil,
        isAlwaysPresent: Bool = false,
        isStruct: Bool = false,
        keyDefaults: [String: String] = [:]
    ) {
        self.merge = merge
        self.fields = fields
        self.isAlwaysPresent = isAlwaysPresent
        self.isStruct = isStruct
        self.keyDefaults = keyDefaults
        if let element { elements = [element] }
    }

    static let deduced = Shape()
    static let atomic = Shape(.atomic)
    static let structure = Shape(isStruct: true)

    var element: Shape { elements.first ?? (isStruct ? .structure : .deduced) }

    mutating func setField(_ name: String, _ shape: Shape) { fields[name] = shape }

    func field(_ name: String) -> Shape { fields[name] ?? element }

    func isField(_ name: String) -> Bool { isStruct || fields[name] != nil }
}
