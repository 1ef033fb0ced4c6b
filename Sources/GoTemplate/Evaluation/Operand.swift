/// A value with what Go's reflection knows beside it: whether it sits in an interface, or is none at all.
///
/// Both show in what is allowed and in how errors read: a member of a `map[string]interface {}` has the type
/// `interface {}`, and a missing member is no value, whose fields are no error either.
struct Operand {
    enum Form: UInt8 {
        case invalid
        /// As its own type.
        case concrete
        /// In an `interface {}`, where `nil` can be, too.
        case interface
    }

    var value: TemplateValue
    var form: Form

    static var invalid: Operand { Operand(value: .null, form: .invalid) }

    /// A value of its own type; `nil` has none.
    static func concrete(_ value: TemplateValue) -> Operand {
        Operand(value: value, form: value.isNull ? .invalid : .concrete)
    }

    /// A value out of a place with a type.
    static func stored(_ value: TemplateValue, as type: GoType) -> Operand {
        type.isInterface ? Operand(value: value, form: .interface) : concrete(value)
    }

    var isValid: Bool { form != .invalid }

    var type: GoType { form == .interface ? .any : value.type }

    /// Without the interface around it.
    var unwrapped: Operand { form == .interface ? .concrete(value) : self }
}
