import GoTemplate

extension HelmFunctions {
    /// Functions on maps; `set`, `unset` and the merging ones change the map that they are given.
    ///
    /// Where Go takes the keys in an order of chance, they are taken in theirs.
    static let dictionaries: [String: TemplateFunction] = merging.merging(
        [
            "dict": .value(variadic: .any, result: .values) { try dictionary($0) },
            "get": .value(.values, .string) { $0[0].templateMap[$0[1].bytesOfString] ?? .text("") },
            "set": .value(.values, .string, .any, result: .values) { arguments in
                let map: TemplateMap = arguments[0].templateMap
                guard !map.isNil else { throw TemplateFunctionError("assignment to entry in nil map") }
                map[arguments[1].bytesOfString] = arguments[2]
                return arguments[0]
            },
            "unset": .value(.values, .string, result: .values) { arguments in
                arguments[0].templateMap[arguments[1].bytesOfString] = nil
                return arguments[0]
            },
            "hasKey": .truth(.values, .string) { $0[0].templateMap[$0[1].bytesOfString] != nil },
            "pluck": .value(.string, variadic: .values, result: .list(.any)) { arguments in
                .list(arguments.dropFirst().compactMap { $0.templateMap[arguments[0].bytesOfString] })
            },
            "keys": .value(variadic: .values, result: .list(.string)) { arguments in
                .list(of: arguments.flatMap { $0.templateMap.keys.map(\.bytes) })
            },
            "values": .value(.values, result: .list(.any)) { .list($0[0].templateMap.members.map(\.1)) },
            "pick": .value(.values, variadic: .string, result: .values) { arguments in
                let map: TemplateMap = arguments[0].templateMap
                let members: [(TemplateString, TemplateValue)] = arguments.dropFirst().compactMap { key in
                    map[key.bytesOfString].map { (key.bytesOfString, $0) }
                }
                return .map(members)
            },
            "omit": .value(.values, variadic: .string, result: .values) { arguments in
                let omitted: [TemplateString] = arguments.dropFirst().map(\.bytesOfString)
                return .map(arguments[0].templateMap.members.filter { !omitted.contains($0.0) })
            },
            "dig": .value(variadic: .any) { try dug($0) },
            "deepCopy": .value(.any) { try wholeCopy($0[0]) },
            "mustDeepCopy": .value(.any) { try wholeCopy($0[0]) },
        ]
    ) { $1 }

    /// Those that change the first map.
    static let merging: [String: TemplateFunction] = [
        "merge": .value(.values, variadic: .values) { try merged($0, overwrites: false) },
        "mustMerge": .value(.values, variadic: .values) { try merged($0, overwrites: false) },
        "mergeOverwrite": .value(.values, variadic: .values) { try merged($0, overwrites: true) },
        "mustMergeOverwrite": .value(.values, variadic: .values) { try merged($0, overwrites: true) },
    ]

    private static func dictionary(_ arguments: [TemplateValue]) throws -> TemplateValue {
        let map: TemplateMap = TemplateMap()
        for index in stride(from: 0, to: arguments.count, by: 2) {
            let value: TemplateValue = index + 1 < arguments.count ? arguments[index + 1] : .text("")
            map[TemplateString(bytes: try arguments[index].stringified())] = value
        }
        return .map(map)
    }

    private static func dug(_ arguments: [TemplateValue]) throws -> TemplateValue {
        guard arguments.count >= 3 else { throw TemplateFunctionError("dig needs at least three arguments") }
        let path: [TemplateString] = try arguments.dropLast(2).map { key in
            guard case .string(let key) = key else { throw conversionError(key, "string") }
            return key
        }
        var value: TemplateValue = arguments[arguments.count - 1]
        for key in path {
            guard case .map(let map) = value, map.elementType == .any else {
                throw conversionError(value, "map[string]interface {}")
            }
            guard let next = map[key] else { return arguments[arguments.count - 2] }
            value = next
        }
        return value
    }

    private static func conversionError(_ value: TemplateValue, _ type: String) -> TemplateFunctionError {
        let found: String = value.isNull ? "nil" : "\(value.type)"
        return TemplateFunctionError("interface conversion: interface {} is \(found), not \(type)")
    }

    private static let deepest: Int = 1_000

    private static func wholeCopy(_ value: TemplateValue) throws -> TemplateValue {
        guard !value.isNull else {
            throw TemplateFunctionError("reflect: call of reflect.Value.Type on zero Value")
        }
        return try copy(value)
    }

    private static func copy(_ value: TemplateValue, depth: Int = 0) throws -> TemplateValue {
        guard depth < deepest else { throw TemplateFunctionError("a value nests too deeply to be copied") }
        switch value {
        case .list(let list):
            let elements: [TemplateValue] = try list.elements.map { try copy($0, depth: depth + 1) }
            return .list(TemplateList(elements, of: list.elementType, isNil: list.isNil))
        case .map(let map):
            if map.isNil { return value }
            let members: [(TemplateString, TemplateValue)] = try map.members.map { key, value in
                (key, try copy(value, depth: depth + 1))
            }
            return .map(TemplateMap(members, of: map.elementType))
        case .object(let object):
            guard case .value(let content) = object.content else { return value }
            let copied: TemplateValue = try copy(content, depth: depth + 1)
            return .object(
                TemplateObject(
                    type: object.type, content: .value(copied), methods: object.methods, text: object.text,
                    isError: object.isError))
        default: return value
        }
    }

    private static func merged(_ arguments: [TemplateValue], overwrites: Bool) throws -> TemplateValue {
        let target: TemplateMap = arguments[0].templateMap
        for source in arguments.dropFirst() {
            try merge(source.templateMap, into: target, overwrites: overwrites, depth: 0)
        }
        return arguments[0]
    }

    /// Adds members that are missing or empty, in nested maps as well; others only where it overwrites.
    private static func merge(
        _ source: TemplateMap, into target: TemplateMap, overwrites: Bool, depth: Int
    ) throws {
        guard depth < deepest else { throw TemplateFunctionError("maps nest too deeply to be merged") }
        guard source !== target else { return }
        for (key, value) in Array(source.members) {
            let current: TemplateValue? = target[key]
            if case .map(let inner) = value.underlying, case .map(let outer)? = current?.underlying, !outer.isEmpty {
                try merge(inner, into: outer, overwrites: overwrites, depth: depth + 1)
                continue
            }
            if value.isNull {
                if overwrites { target[key] = value }
                continue
            }
            if overwrites || !(current?.isTrue ?? false) { target[key] = value }
        }
    }
}
