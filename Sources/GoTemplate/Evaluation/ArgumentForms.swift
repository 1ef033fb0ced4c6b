/// Which of a call's first arguments sat in an interface, and which were no value at all.
struct ArgumentForms {
    private var interfaces: UInt64 = 0
    private var invalid: UInt64 = 0

    mutating func note(_ operand: Operand, at index: Int) {
        switch operand.form {
        case .concrete: break
        case .interface: interfaces |= 1 << UInt64(index)
        case .invalid: invalid |= 1 << UInt64(index)
        }
    }

    func isInterface(_ index: Int) -> Bool { interfaces & (1 << UInt64(index)) != 0 }

    func isInvalid(_ index: Int) -> Bool { invalid & (1 << UInt64(index)) != 0 }
}
