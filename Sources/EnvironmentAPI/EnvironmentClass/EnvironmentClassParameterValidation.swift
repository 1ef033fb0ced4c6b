import Formats

extension EnvironmentClass.VirtualCluster {
    func check(at path: String, _ log: ViolationLog) {
        exposure.check(at: "\(path).exposure", log)
        for (index, manifest) in manifests.enumerated() {
            let field = "\(path).manifests[\(index)]"
            for key in ["apiVersion", "kind"] where manifest[key]?.string?.isEmpty ?? true {
                log.note("\(field).\(key)", "\(field).\(key) is missing: write a whole object")
            }
            if manifest[path: "metadata", "name"]?.string?.isEmpty ?? true {
                log.note("\(field).metadata.name", "\(field).metadata.name is missing: name the object")
            }
        }
    }
}

extension EnvironmentClass.VirtualCluster.Exposure {
    fileprivate func check(at path: String, _ log: ViolationLog) {
        let isWhole =
            (type == .clusterIP || clusterIP == nil) && (type == .nodePort) == (nodePort != nil)
            && (type == .loadBalancer || loadBalancer == nil) && (type == .ingress) == (ingress != nil)
        if !isWhole { log.note(.exposureUnion, at: path) }
    }
}

extension EnvironmentClass.Spec {
    func checkParameters(_ log: ViolationLog) {
        var names: Set<String> = []
        for (index, parameter) in parameters.enumerated() {
            let path = "spec.parameters[\(index)]"
            if !names.insert(parameter.name).inserted {
                log.note("\(path).name", "\(path).name \(parameter.name.shown) is used twice: choose another")
            }
            for other in parameters.prefix(index) where Self.overlap(parameter.path, other.path) {
                log.note(
                    "\(path).path",
                    "\(path).path \(parameter.path.shown) and \(other.path.shown) of parameter \(other.name.shown) write one"
                        + " value: give each a path of its own"
                )
            }
            parameter.check(at: path, log)
        }
    }

    /// Whether one path is the other, or leads into it.
    private static func overlap(_ left: String, _ right: String) -> Bool {
        left == right || left.hasPrefix("\(right).") || right.hasPrefix("\(left).")
    }
}

extension EnvironmentClass.Parameter {
    fileprivate func check(at path: String, _ log: ViolationLog) {
        // No rule of the definition: rules cannot see a default, whose type is free.
        if required, `default` != nil {
            log.note(path, "\(path) is required, so its default never holds: remove required or default")
        }
        if let minimum, let maximum, minimum > maximum { log.note(.parameterRange, at: path) }
        if minimum != nil || maximum != nil, type != .integer {
            log.note(path, "\(path) has a range, but its type is \(type.rawValue): remove minimum and maximum")
        }
        checkPattern(at: path, log)
        for (index, value) in `enum`.enumerated() where !hasType(value) {
            let field = "\(path).enum[\(index)]"
            log.note(field, "\(field) is \(value.kindText): write \(shownKind)")
        }
        if let usual = `default` { check(usual, at: "\(path).default", log) }
    }

    private func checkPattern(at path: String, _ log: ViolationLog) {
        guard let pattern else { return }
        let field = "\(path).pattern"
        if type != .string { log.note(field, "\(field) is for type String alone: remove it") }
        do {
            _ = try Pattern(pattern)
        } catch {
            log.note(field, "\(field) \(pattern.shown): \(error.message)")
        }
    }
}
