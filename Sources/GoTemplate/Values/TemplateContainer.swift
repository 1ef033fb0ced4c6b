/// What lists and maps have in common: values, and an end that needs no deep stack.
///
/// A template can nest values a hundred thousand deep. Releasing them one inside the other would recurse as deep,
/// so whoever is released last hands its children on instead.
package class TemplateContainer {
    final var values: [TemplateValue]
    /// Whether the values sit in interfaces, as they do where they may be of any type.
    final let holdsInterfaces: Bool

    init(values: [TemplateValue], of elementType: GoType) {
        self.values = values
        holdsInterfaces = elementType.isInterface
    }

    deinit {
        var pending: [TemplateContainer] = takeContainers()
        while var container = pending.popLast() {
            if isKnownUniquelyReferenced(&container) { pending += container.takeContainers() }
        }
    }

    /// The containers among the values, which are then no longer held here.
    private final func takeContainers() -> [TemplateContainer] {
        var containers: [TemplateContainer] = []
        for value in values {
            switch value {
            case .list(let list): containers.append(list)
            case .map(let map): containers.append(map)
            default: continue
            }
        }
        if !containers.isEmpty { values = [] }
        return containers
    }
}

/// A slice of Go.
package final class TemplateList: TemplateContainer {
    package let elementType: GoType
    /// Whether it is a nil slice, which is empty, too, but equal to `nil`.
    package let isNil: Bool

    package init(_ elements: [TemplateValue], of elementType: GoType = .any, isNil: Bool = false) {
        self.elementType = elementType
        self.isNil = isNil
        super.init(values: elements, of: elementType)
    }

    package var elements: [TemplateValue] { values }
}
