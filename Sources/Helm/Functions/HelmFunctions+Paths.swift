import GoTemplate

extension HelmFunctions {
    static let paths: [String: TemplateFunction] = {
        let plain: [String: TemplateFunction] = [
            "base": .text(.string) { SlashPath.base($0[0].stringBytes) },
            "dir": .text(.string) { SlashPath.directory($0[0].stringBytes) },
            "clean": .text(.string) { SlashPath.clean($0[0].stringBytes) },
            "ext": .text(.string) { SlashPath.suffix($0[0].stringBytes) },
            "isAbs": .truth(.string) { $0[0].stringBytes.first == SlashPath.slash },
        ]
        var functions: [String: TemplateFunction] = plain
        // The paths of the host are those of the templates.
        for (name, function) in plain { functions["os" + name.prefix(1).uppercased() + name.dropFirst()] = function }
        return functions
    }()
}

/// Go's functions on paths.
enum SlashPath {
    static let slash: UInt8 = UInt8(ascii: "/")
    private static let dot: [UInt8] = [UInt8(ascii: ".")]
    private static let up: [UInt8] = Array("..".utf8)

    static func clean(_ path: [UInt8]) -> [UInt8] {
        let isRooted: Bool = path.first == slash
        var parts: [[UInt8]] = []
        for part in path.split(separator: slash).map(Array.init) where part != dot {
            if part != up {
                parts.append(part)
            } else if let last = parts.last, last != up {
                parts.removeLast()
            } else if !isRooted {
                parts.append(part)
            }
        }
        let joined: [UInt8] = Array(parts.joined(separator: [slash]))
        return isRooted ? [slash] + joined : joined.isEmpty ? dot : joined
    }

    static func base(_ path: [UInt8]) -> [UInt8] {
        guard !path.isEmpty else { return dot }
        return path.split(separator: slash).last.map(Array.init) ?? [slash]
    }

    static func directory(_ path: [UInt8]) -> [UInt8] {
        clean(Array(path[..<(path.lastIndex(of: slash).map { $0 + 1 } ?? 0)]))
    }

    static func suffix(_ path: [UInt8]) -> [UInt8] {
        let name: ArraySlice<UInt8> = path[(path.lastIndex(of: slash).map { $0 + 1 } ?? 0)...]
        return name.lastIndex(of: dot[0]).map { Array(name[$0...]) } ?? []
    }
}
