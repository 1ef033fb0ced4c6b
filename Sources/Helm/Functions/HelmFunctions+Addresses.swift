import GoTemplate

extension HelmFunctions {
    /// Functions that take URLs apart and put them together.
    static let addresses: [String: TemplateFunction] = [
        // Helm asks no name server either, unless it is told to.
        "getHostByName": .text(.string) { _ in [] },
        "urlParse": .value(.string, result: .values) { try parts(of: $0[0].text) },
        "urlJoin": .text(.values) { Array(try joined($0[0].templateMap).utf8) },
    ]

    private static func parts(of text: String) throws -> TemplateValue {
        var rest: Substring = text[...]
        func cut(_ separator: Character) -> Substring? {
            guard let index = rest.firstIndex(of: separator) else { return nil }
            defer { rest = rest[..<index] }
            return rest[rest.index(after: index)...]
        }
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            let shown: String = try TemplateValue.text(text).printed("%q").text
            throw TemplateFunctionError(
                "unable to parse url: parse \(shown): net/url: invalid control character in URL")
        }
        let fragment: String = unescaped(cut("#") ?? "")
        let query: Substring = cut("?") ?? ""
        let scheme: String = scheme(of: rest)
        if !scheme.isEmpty { rest = rest.dropFirst(scheme.count + 1) }
        var (host, userinfo, opaque): (Substring, Substring, Substring) = ("", "", "")
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
            let end: Substring.Index = rest.firstIndex(of: "/") ?? rest.endIndex
            host = rest[..<end]
            rest = rest[end...]
            if let at = host.lastIndex(of: "@") {
                userinfo = host[..<at]
                host = host[host.index(after: at)...]
            }
        } else if !scheme.isEmpty, !rest.hasPrefix("/") {
            opaque = rest
            rest = ""
        }
        let members: [(TemplateString, Substring)] = [
            ("scheme", scheme.lowercased()[...]), ("host", host), ("hostname", hostname(host)),
            ("path", unescaped(rest)[...]), ("query", query), ("opaque", opaque), ("fragment", fragment[...]),
            ("userinfo", userinfo),
        ]
        return .map(members.map { ($0, .text($1)) })
    }

    private static func scheme(of text: Substring) -> String {
        guard let colon = text.firstIndex(of: ":"), let first = text.utf8.first, first | 0x20 >= 0x61 else { return "" }
        let name: Substring = text[..<colon]
        let isName: Bool = name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2E: true
            default: false
            }
        }
        return isName ? String(name) : ""
    }

    private static func hostname(_ host: Substring) -> Substring {
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") { return host[..<end].dropFirst() }
        return host.lastIndex(of: ":").map { host[..<$0] } ?? host
    }

    private static func unescaped(_ text: Substring) -> String {
        var result: [UInt8] = []
        var rest: ArraySlice<UInt8> = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits: String = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), digits.utf8.count == 2, let value = UInt8(digits, radix: 16) {
                result.append(value)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func joined(_ map: TemplateMap) throws -> String {
        func part(_ key: TemplateString) throws -> String {
            guard let value = map[key] else { return "" }
            guard case .string(let text) = value else {
                throw TemplateFunctionError(
                    "unable to parse \(key) key, must be of type string, but \(value.type.kind) found")
            }
            return text.text
        }
        var result: String = try part("scheme")
        if !result.isEmpty { result += ":" }
        let (host, userinfo, path): (String, String, String) = (
            try part("host"), try part("userinfo"), try part("path")
        )
        let opaque: String = try part("opaque")
        if opaque.isEmpty {
            if !result.isEmpty || !host.isEmpty || !userinfo.isEmpty {
                if !host.isEmpty || !path.isEmpty || !userinfo.isEmpty { result += "//" }
                if !userinfo.isEmpty { result += userinfo + "@" }
                result += host
            }
            if !path.isEmpty, !path.hasPrefix("/"), !host.isEmpty { result += "/" }
            result += escaped(path, allowing: "/$&+,:;=@-_.~")
        } else {
            result += opaque
        }
        let query: String = try part("query")
        if !query.isEmpty { result += "?" + query }
        let fragment: String = try part("fragment")
        return fragment.isEmpty ? result : result + "#" + escaped(fragment, allowing: "/$&+,:;=@?-_.~!*()")
    }

    private static func escaped(_ text: String, allowing marks: String) -> String {
        let digits: [UInt8] = Array("0123456789ABCDEF".utf8)
        let bytes: [UInt8] = text.utf8.flatMap { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: [byte]
            case _ where marks.utf8.contains(byte): [byte]
            default: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
