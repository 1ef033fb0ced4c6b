import Formats

/// What the parameters of a request may say: options have a kind of their own, and are validated like objects.
struct RequestOptions {
    var request: APIRequest

    /// Refuses parameters that contradict themselves or mean nothing.
    func check() throws(APIStatus) {
        let errors: [FieldError]
        let kind: String
        switch request.verb {
        case .create: (kind, errors) = ("CreateOptions", dryRunErrors + managerErrors)
        case .update: (kind, errors) = ("UpdateOptions", dryRunErrors + managerErrors)
        case .patch: (kind, errors) = ("PatchOptions", patchErrors + dryRunErrors + managerErrors)
        case .list, .watch, .deleteCollection: (kind, errors) = ("ListOptions", listErrors)
        case .get, .delete: return
        }
        guard errors.isEmpty else {
            throw .invalid(NamedResource(group: "meta.k8s.io", word: kind), "", errors)
        }
        if [.list, .watch].contains(request.verb) { _ = try request.query.number("timeoutSeconds") }
    }

    private var dryRunErrors: [FieldError] {
        let runs = request.query.values(of: "dryRun")
        guard !runs.allSatisfy({ $0 == "All" }) else { return [] }
        let list = runs.map { "\"\($0)\"" }.joined(separator: ", ")
        let body = "Unsupported value: []string{\(list)}: supported values: \"All\""
        return [FieldError(type: .notSupported, field: "dryRun", body: body)]
    }

    private var managerErrors: [FieldError] {
        let name = request.query["fieldManager"] ?? ""
        if name.utf8.count > 128 { return [.tooLong("fieldManager", limit: 128)] }
        let isPrintable = name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        return isPrintable ? [] : [.invalid("fieldManager", .string(name), "should only contain printable characters")]
    }

    private var patchErrors: [FieldError] {
        let isApply = request.contentType == MediaType.apply
        if isApply, request.query["fieldManager"]?.isEmpty ?? true {
            return [.required("fieldManager", "is required for apply patch")]
        }
        guard !isApply, request.query["force"] != nil else { return [] }
        return [.forbidden("force", "may not be specified for non-apply patch")]
    }

    private var listErrors: [FieldError] {
        guard let match = request.query["resourceVersionMatch"], !match.isEmpty else { return [] }
        func forbidden(_ why: String) -> [FieldError] { [.forbidden("resourceVersionMatch", why)] }
        // A watch that begins with all there is says from when.
        if request.verb == .watch, request.query["sendInitialEvents"] != nil { return [] }
        if request.verb == .watch { return forbidden("resourceVersionMatch is forbidden for watch") }
        if request.query["continue"]?.isEmpty == false {
            return forbidden("resourceVersionMatch is forbidden when continue is provided")
        }
        let version = request.query["resourceVersion"] ?? ""
        if version.isEmpty { return forbidden("resourceVersionMatch is forbidden unless resourceVersion is provided") }
        let known = ["Exact", "NotOlderThan"]
        guard known.contains(match) else {
            return [.notSupported("resourceVersionMatch", .string(match), known + [""])]
        }
        guard match == "Exact", version == "0" else { return [] }
        return forbidden("resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"")
    }
}
