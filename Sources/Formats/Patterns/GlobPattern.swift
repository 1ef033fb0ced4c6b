/// Which names and paths a pattern means, as a chart's `.Files.Glob` reads it.
///
/// `*` is anything within one folder, `**` anything, `?` one character, `[a-z]` and `[!a-z]` one of a class, `{a,b}`
/// one of several patterns, `\` takes what follows as it is.
package struct GlobPattern: Sendable, Hashable {
    private indirect enum Part: Sendable, Hashable {
        case scalar(Unicode.Scalar)
        case one
        case many(crossesFolders: Bool)
        case oneOf([ClosedRange<Unicode.Scalar>], isNegated: Bool)
        case alternatives([[Part]])
    }

    private let parts: [Part]

    package static let everything: GlobPattern = GlobPattern([.many(crossesFolders: true)])

    private init(_ parts: [Part]) { self.parts = parts }

    /// `nil` where the text is no pattern.
    package init?(_ text: String) {
        var rest: ArraySlice<Unicode.Scalar> = Array(text.unicodeScalars)[...]
        guard let parts = Self.parts(&rest, depth: 0), rest.isEmpty else { return nil }
        self.parts = parts
    }

    /// More patterns within patterns than anybody writes.
    private static let deepest: Int = 16

    private static func parts(_ rest: inout ArraySlice<Unicode.Scalar>, depth: Int) -> [Part]? {
        var parts: [Part] = []
        while let scalar = rest.first {
            if depth > 0, scalar == "," || scalar == "}" { return parts }
            rest.removeFirst()
            switch scalar {
            case "\\":
                guard let next = rest.popFirst() else { return nil }
                parts.append(.scalar(next))
            case "?": parts.append(.one)
            case "*":
                let isDouble: Bool = rest.first == "*"
                if isDouble { rest.removeFirst() }
                parts.append(.many(crossesFolders: isDouble))
            case "[":
                guard let part = oneOf(&rest) else { return nil }
                parts.append(part)
            case "{":
                guard depth < deepest, let part = alternatives(&rest, depth: depth) else { return nil }
                parts.append(part)
            default: parts.append(.scalar(scalar))
            }
        }
        return depth == 0 ? parts : nil
    }

    private static func alternatives(_ rest: inout ArraySlice<Unicode.Scalar>, depth: Int) -> Part? {
        var choices: [[Part]] = []
        while let choice = parts(&rest, depth: depth + 1), let end = rest.popFirst() {
            choices.append(choice)
            if end == "}" { return .alternatives(choices) }
        }
        return nil
    }

    private static func oneOf(_ rest: inout ArraySlice<Unicode.Scalar>) -> Part? {
        let isNegated: Bool = rest.first == "!"
        if isNegated { rest.removeFirst() }
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        while let scalar = rest.popFirst() {
            if scalar == "]" { return ranges.isEmpty ? nil : .oneOf(ranges, isNegated: isNegated) }
            guard rest.first == "-", let last = rest.dropFirst().first, last != "]" else {
                ranges.append(scalar...scalar)
                continue
            }
            rest = rest.dropFirst(2)
            guard scalar <= last else { return nil }
            ranges.append(scalar...last)
        }
        return nil
    }
}

// MARK: - Matching

extension GlobPattern {
    package func matches(_ path: String) -> Bool {
        let scalars: [Unicode.Scalar] = Array(path.unicodeScalars)
        return Self.ends(of: parts, in: scalars, from: [0]).contains(scalars.count)
    }

    /// Where the parts can end that begin at one of the places: no place is tried twice, so time is bounded.
    private static func ends(of parts: [Part], in path: [Unicode.Scalar], from places: Set<Int>) -> Set<Int> {
        var places: Set<Int> = places
        for part in parts where !places.isEmpty {
            places = ends(of: part, in: path, from: places)
        }
        return places
    }

    private static func ends(of part: Part, in path: [Unicode.Scalar], from places: Set<Int>) -> Set<Int> {
        switch part {
        case .scalar(let scalar): step(places, path) { $0 == scalar }
        case .one: step(places, path) { $0 != "/" }
        case .oneOf(let ranges, let isNegated):
            step(places, path) { scalar in ranges.contains { $0.contains(scalar) } != isNegated }
        case .many(let crossesFolders): run(places, path, crossesFolders)
        case .alternatives(let choices):
            choices.reduce(into: []) { $0.formUnion(ends(of: $1, in: path, from: places)) }
        }
    }

    private static func step(
        _ places: Set<Int>, _ path: [Unicode.Scalar], _ takes: (Unicode.Scalar) -> Bool
    ) -> Set<Int> {
        Set(places.filter { $0 < path.count && takes(path[$0]) }.map { $0 + 1 })
    }

    private static func run(_ places: Set<Int>, _ path: [Unicode.Scalar], _ crossesFolders: Bool) -> Set<Int> {
        var reached: Set<Int> = places
        for place in path.indices where reached.contains(place) && (crossesFolders || path[place] != "/") {
            reached.insert(place + 1)
        }
        return reached
    }
}
