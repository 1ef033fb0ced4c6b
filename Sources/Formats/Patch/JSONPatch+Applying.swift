extension JSONPatch {
    /// The value after all operations; an operation that cannot be done leaves nothing changed and throws.
    ///
    /// A few copies of copies could make a value of any size, so the values that operations put in
    /// place are counted against the limits, and none may end up deeper than a reader accepts.
    package func applied(to value: JSONValue, limits: FormatLimits = FormatLimits()) throws(FormatError) -> JSONValue {
        var target: PatchTarget = PatchTarget(value: value, limits: limits)
        for (index, operation) in operations.enumerated() {
            do throws(FormatError) {
                try target.perform(operation)
            } catch {
                throw FormatError("operation \(index) of the patch (\(operation)): \(error.message)")
            }
        }
        return target.value
    }
}

/// The value that a patch works on.
private struct PatchTarget {
    var value: JSONValue
    let limits: FormatLimits
    private var placed: Int = 0

    init(value: JSONValue, limits: FormatLimits) {
        self.value = value
        self.limits = limits
    }

    mutating func perform(_ operation: JSONPatch.Operation) throws(FormatError) {
        switch operation {
        case .add(let path, let new):
            try count(new, below: path)
            try add(new, at: path)
        case .remove(let path): _ = try remove(path)
        case .replace(let path, let new):
            try count(new, below: path)
            _ = try find(path)
            guard let (parent, last) = path.split else { return value = new }
            try value.change(at: parent) { (container: inout JSONValue) throws(FormatError) in
                try container.replace(last, with: new)
            }
        case .move(let from, let path):
            let moved: JSONValue = try remove(from)
            // A value that does not move deeper was counted when it came.
            if path.tokens.count > from.tokens.count { try count(moved, below: path) }
            try add(moved, at: path)
        case .copy(let from, let path):
            let copied: JSONValue = try find(from)
            try count(copied, below: path)
            try add(copied, at: path)
        case .test(let path, let expected):
            guard try find(path) == expected else {
                throw FormatError("the value there is another one: read the object again, and patch what it is now")
            }
        }
    }

    private func find(_ path: JSONPointer) throws(FormatError) -> JSONValue {
        var found: JSONValue = value
        for token in path.tokens { found = try found.child(token) }
        return found
    }

    private mutating func add(_ new: JSONValue, at path: JSONPointer) throws(FormatError) {
        guard let (parent, last) = path.split else { return value = new }
        try value.change(at: parent) { (container: inout JSONValue) throws(FormatError) in
            try container.add(new, at: last)
        }
    }

    private mutating func remove(_ path: JSONPointer) throws(FormatError) -> JSONValue {
        guard let (parent, last) = path.split else {
            throw FormatError("the whole value cannot be taken away: replace it, or name a place in it")
        }
        let removed: JSONValue = try find(path)
        try value.change(at: parent) { (container: inout JSONValue) throws(FormatError) in
            try container.remove(last)
        }
        return removed
    }

    private mutating func count(_ new: JSONValue, below path: JSONPointer) throws(FormatError) {
        let room: Int = limits.depth - path.tokens.count
        guard room >= 0, new.count(&placed, upTo: limits.values, depth: room) else {
            if placed > limits.values {
                throw FormatError("the patch puts more than \(limits.values) values in place: split it")
            }
            throw FormatError("the value would be nested deeper than the limit of \(limits.depth): flatten it")
        }
    }
}

extension JSONValue {
    /// Counts this value and all it holds; `false` once they are too many, or nested too deep.
    fileprivate func count(_ total: inout Int, upTo most: Int, depth: Int) -> Bool {
        total += 1
        guard total <= most else { return false }
        switch self {
        case .array(let elements):
            guard depth > 0 else { return false }
            return elements.allSatisfy { $0.count(&total, upTo: most, depth: depth - 1) }
        case .object(let members):
            guard depth > 0 else { return false }
            return members.values.allSatisfy { $0.count(&total, upTo: most, depth: depth - 1) }
        default: return true
        }
    }

    /// Changes the value at a path in place.
    fileprivate mutating func change(
        at path: ArraySlice<String>, _ body: (inout JSONValue) throws(FormatError) -> Void
    ) throws(FormatError) {
        guard let token = path.first else { return try body(&self) }
        var child: JSONValue = try child(token)
        // Without this the child would be shared, and copied by the change.
        try replace(token, with: .null)
        try child.change(at: path.dropFirst(), body)
        try replace(token, with: child)
    }

    fileprivate func child(_ token: String) throws(FormatError) -> JSONValue {
        switch self {
        case .object(let members):
            guard let value = members[token] else { throw FormatError("there is no member \(token.quoted)") }
            return value
        case .array(let elements): return elements[try elements.place(token, inserting: false)]
        default: throw FormatError("what should hold \(token.quoted) is neither an object nor an array")
        }
    }

    fileprivate mutating func replace(_ token: String, with value: JSONValue) throws(FormatError) {
        switch self {
        case .object(var members):
            self = .null
            members[token] = value
            self = .object(members)
        case .array(var elements):
            let place: Int = try elements.place(token, inserting: false)
            self = .null
            elements[place] = value
            self = .array(elements)
        default: throw FormatError("what should hold \(token.quoted) is neither an object nor an array")
        }
    }

    fileprivate mutating func add(_ value: JSONValue, at token: String) throws(FormatError) {
        guard case .array(var elements) = self else { return try replace(token, with: value) }
        let place: Int = try elements.place(token, inserting: true)
        self = .null
        elements.insert(value, at: place)
        self = .array(elements)
    }

    fileprivate mutating func remove(_ token: String) throws(FormatError) {
        switch self {
        case .object(var members):
            self = .null
            members[token] = nil
            self = .object(members)
        case .array(var elements):
            let place: Int = try elements.place(token, inserting: false)
            self = .null
            elements.remove(at: place)
            self = .array(elements)
        default: throw FormatError("what should hold \(token.quoted) is neither an object nor an array")
        }
    }
}

extension [JSONValue] {
    /// The index that a token names: digits without superfluous zeros, or `-` for the place after the last.
    fileprivate func place(_ token: String, inserting: Bool) throws(FormatError) -> Int {
        if token == "-" {
            if inserting { return count }
            throw FormatError("'-' names the place after the last element, where there is nothing: name an index")
        }
        let isNumber: Bool = token.utf8.allSatisfy { (0x30...0x39).contains($0) } && !token.isEmpty
        guard isNumber, token == "0" || token.utf8.first != 0x30 else {
            throw FormatError("\(token.quoted) is no index of an array: write a number without superfluous zeros, or -")
        }
        guard let index = Int(token), index < count + (inserting ? 1 : 0) else {
            throw FormatError("index \(token) is beyond the array's \(count) elements")
        }
        return index
    }
}
