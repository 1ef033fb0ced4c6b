import Formats

extension EnvironmentClass {
    /// All that is wrong with the class by itself, as instructions.
    package func violations() -> [Violation] {
        let log = ViolationLog(unreadable)
        if !TextForm.dnsSubdomain.matches(metadata.name) {
            log.note(
                "metadata.name", "metadata.name is \(metadata.name.shown): \(TextForm.dnsSubdomain.instruction)")
        }
        spec.checkIsolation(log)
        spec.usage.check(at: "spec.usage", log)
        spec.lifetime.check(at: "spec.lifetime", log)
        for (index, subject) in spec.access.enumerated() {
            subject.check(at: "spec.access[\(index)]", in: nil, log)
        }
        QuotaResource.check(spec.quota, at: "spec.quota.hard", log)
        spec.checkLimitRange(log)
        spec.network.check(at: "spec.network", log)
        spec.virtualCluster?.check(at: "spec.virtualCluster", log)
        spec.checkValues(log)
        spec.checkParameters(log)
        return log.violations
    }

    /// What the class may not become while environments live in it; servers with CEL refuse it by themselves.
    package func violations(changedFrom old: Spec) -> [Violation] {
        guard let before = old.isolation, let after = spec.isolation, before != after else { return [] }
        let path = "spec.isolation"
        return [
            Violation(
                path,
                "\(path) cannot change from \(before.rawValue) to \(after.rawValue) under environments: set it back, and"
                    + " create another EnvironmentClass",
                rule: .isolationImmutable
            )
        ]
    }
}

extension EnvironmentClass.Spec {
    fileprivate func checkIsolation(_ log: ViolationLog) {
        guard let isolation else { return }
        if (isolation == .virtualCluster) != (virtualCluster != nil) {
            log.note(.virtualClusterPresence, at: "spec")
        }
        if isolation == .virtualCluster, let tenantRole, tenantRole != .none {
            log.note(.tenantRoleIsolation, at: "spec.tenantRole")
        }
        if isolation == .namespace, !parameters.isEmpty {
            log.note(.parametersIsolation, at: "spec.parameters")
        }
    }

    fileprivate func checkLimitRange(_ log: ViolationLog) {
        var seen: Set<EnvironmentClass.LimitRangeItem.Kind> = []
        for (index, item) in limitRange.enumerated() {
            let path = "spec.limitRange[\(index)]"
            if !seen.insert(item.type).inserted {
                log.note(path, "\(path) is a second one of type \(item.type.rawValue): join it with the first")
            }
            item.check(at: path, log)
        }
    }
}

extension EnvironmentClass.Usage {
    fileprivate func check(at path: String, _ log: ViolationLog) {
        if let most = maxEnvironments, let each = maxEnvironmentsPerNamespace, each > most {
            log.note(.limitsOrdered, at: path)
        }
    }
}

extension EnvironmentClass.Lifetime {
    fileprivate func check(at path: String, _ log: ViolationLog) {
        if let usual = `default`, usual > maximum {
            log.note(
                .defaultWithinMaximum, at: "\(path).default",
                "\(path).default \(usual.goText) is longer than \(path).maximum \(maximum.goText): shorten the one or raise"
                    + " the other"
            )
        }
        if zip(warnings, warnings.dropFirst()).contains(where: { $0 <= $1 }) {
            log.note(.warningsDescending, at: "\(path).warnings")
        }
    }
}

extension EnvironmentClass.LimitRangeItem {
    fileprivate func check(at path: String, _ log: ViolationLog) {
        if type != .container, !`default`.isEmpty || !defaultRequest.isEmpty {
            log.note(.limitRangeDefaults, at: path)
        }
        if type == .persistentVolumeClaim, min["storage"] == nil, max["storage"] == nil {
            log.note(path, "\(path) limits no storage: set min.storage or max.storage")
        }
        let order: [(String, ResourceList, String, ResourceList)] = [
            ("min", min, "defaultRequest", defaultRequest), ("defaultRequest", defaultRequest, "default", `default`),
            ("default", `default`, "max", max), ("min", min, "default", `default`),
            ("defaultRequest", defaultRequest, "max", max), ("min", min, "max", max),
        ]
        for (lowName, low, highName, high) in order {
            for entry in low {
                guard let above = high[entry.key], entry.value > above else { continue }
                let (name, field) = (entry.key.shown, "\(path).\(lowName).\(entry.key.shown)")
                log.note(
                    field, "\(field) \(entry.value) is over \(highName).\(name) \(above): lower it, or raise the other")
            }
        }
    }
}
