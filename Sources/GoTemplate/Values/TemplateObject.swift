/// A value of a type that some package defines: with methods, with fields, or under another name.
///
/// Helm's `.Files` is a map with methods, `.Chart` a structure, a duration an integer that prints itself.
package final class TemplateObject {
    package struct Field {
        package var name: TemplateString
        package var type: GoType
        package var value: TemplateValue

        package init(_ name: TemplateString, _ value: TemplateValue, type: GoType? = nil) {
            self.name = name
            self.type = type ?? value.type
            self.value = value
        }
    }

    package enum Content {
        /// A structure, or a pointer to one where the type is a pointer.
        case structure([Field])
        /// A value of a simpler type under a name of its own.
        case value(TemplateValue)
    }

    package let type: GoType
    package let content: Content
    /// Methods by name; a call's `receiver` is the object.
    package let methods: [TemplateString: TemplateFunction]
    /// What `String` or `Error` returns, where the type has one of them.
    package let text: TemplateString?
    /// Whether the text is that of an error.
    package let isError: Bool

    package init(
        type: GoType, content: Content, methods: [TemplateString: TemplateFunction] = [:],
        text: TemplateString? = nil, isError: Bool = false
    ) {
        self.type = type
        self.content = content
        self.methods = methods
        self.text = text
        self.isError = isError
    }

    /// A value of an unnamed type under the name of a defined one.
    package convenience init(
        named name: String, _ value: TemplateValue, methods: [TemplateString: TemplateFunction] = [:],
        text: TemplateString? = nil
    ) {
        self.init(type: .named(name, value.type), content: .value(value), methods: methods, text: text)
    }

    var isTrue: Bool {
        switch content {
        case .structure: true
        case .value(let value): value.isTrue
        }
    }

    func field(_ name: TemplateString) -> Field? {
        guard case .structure(let fields) = content else { return nil }
        return fields.first { $0.name == name }
    }
}
