package import Formats
package import GoTemplate

/// What the functions of templates learn from outside of the template.
package struct HelmFunctionSources: Sendable {
    package var now: @Sendable () -> Timestamp
    /// So many random bytes.
    package var randomBytes: @Sendable (Int) throws -> [UInt8]
    /// An object of the cluster, or a list of them where the name is empty; nothing where there is none.
    package var lookup: @Sendable (LookupRequest) throws -> JSONValue?
    package var certificates: any CertificateSource

    package init(
        now: @escaping @Sendable () -> Timestamp,
        randomBytes: @escaping @Sendable (Int) throws -> [UInt8],
        lookup: @escaping @Sendable (LookupRequest) throws -> JSONValue? = { _ in nil },
        certificates: (any CertificateSource)? = nil
    ) {
        self.now = now
        self.randomBytes = randomBytes
        self.lookup = lookup
        self.certificates = certificates ?? NewCertificates(now: now)
    }
}

/// What a template asks of the cluster.
package struct LookupRequest: Sendable, Hashable {
    package var apiVersion: String
    package var kind: String
    package var namespace: String
    package var name: String
}

/// The functions that charts use beside those of the template language: sprig's, and Helm's own.
package enum HelmFunctions {
    package static func library(_ sources: HelmFunctionSources) -> FunctionLibrary {
        var library: FunctionLibrary = FunctionLibrary()
        for family in [texts, cases, wrapping, regularExpressions, lists, dictionaries, numbers, floats] {
            library.add(family)
        }
        for family in [types, defaults, encodings, digests, paths, addresses, versions, documents, rendering, refused] {
            library.add(family)
        }
        var effects: Set<String> = ["set", "unset", "tpl", "call"]
        effects.formUnion(merging.keys)
        for family in [dates(sources), random(sources), cluster(sources), certificates(sources.certificates)] {
            library.add(family)
            effects.formUnion(family.keys)
        }
        library.repetition = TemplateRepetitionRules(
            include: "include", effects: effects, changingFields: ["Template", "Subcharts"])
        return library
    }

    /// The functions of the host, which would make a chart mean something else on every machine, and those that are
    /// not offered.
    private static let refused: [String: TemplateFunction] = {
        let names: [String] = [
            "env", "expandenv", "derivePassword", "encryptAES", "decryptAES", "bcrypt", "htpasswd", "toToml",
        ]
        var functions: [String: TemplateFunction] = [:]
        for name in names {
            functions[name] = TemplateFunction(variadic: .any) { _ in
                throw TemplateFunctionError("\(name) is not available here: pass its result as a value")
            }
        }
        return functions
    }()
}

extension TemplateFunction {
    /// A function that returns a string.
    static func text(
        _ parameters: GoType..., variadic: GoType? = nil,
        _ body: @escaping @Sendable ([TemplateValue]) throws -> [UInt8]
    ) -> TemplateFunction {
        TemplateFunction(parameters: parameters, variadic: variadic, result: .string) { call in
            .string(TemplateString(bytes: try body(call.arguments)))
        }
    }

    static func truth(
        _ parameters: GoType..., variadic: GoType? = nil,
        _ body: @escaping @Sendable ([TemplateValue]) throws -> Bool
    ) -> TemplateFunction {
        TemplateFunction(parameters: parameters, variadic: variadic, result: .bool) { call in
            .bool(try body(call.arguments))
        }
    }

    static func value(
        _ parameters: GoType..., variadic: GoType? = nil, result: GoType = .any,
        _ body: @escaping @Sendable ([TemplateValue]) throws -> TemplateValue
    ) -> TemplateFunction {
        TemplateFunction(parameters: parameters, variadic: variadic, result: result) { call in
            try body(call.arguments)
        }
    }
}
