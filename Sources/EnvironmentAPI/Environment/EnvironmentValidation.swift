extension Environment {
    /// All that is wrong with the environment by itself, as instructions.
    package func violations() -> [Violation] {
        let log = ViolationLog(unreadable)
        metadata.checkName(log)
        checkUnchanged(log)
        for (index, subject) in spec.access.enumerated() {
            subject.check(at: "spec.access[\(index)]", in: metadata.namespace, log)
        }
        QuotaResource.check(spec.quota, at: "spec.quota.hard", log)
        checkInference(log)
        return log.violations
    }

    /// Servers without CEL let the class be changed: the class that was resolved first tells.
    private func checkUnchanged(_ log: ViolationLog) {
        guard let resolved = status.resolvedClass, !resolved.name.isEmpty, !spec.environmentClassName.isEmpty,
            resolved.name != spec.environmentClassName
        else { return }
        log.note(
            .classNameImmutable, at: "spec.environmentClassName",
            "spec.environmentClassName is \(spec.environmentClassName.shown), but this Environment was made with class"
                + " \(resolved.name.shown): set it back, or delete the Environment and create another"
        )
    }

    private func checkInference(_ log: ViolationLog) {
        var seen: Set<String> = []
        for (index, binding) in spec.inference.enumerated() where !seen.insert(binding.serviceName).inserted {
            let path = "spec.inference[\(index)].serviceName"
            log.note(path, "\(path) \(binding.serviceName.shown) is used twice: give each binding a name of its own")
        }
    }
}

extension ObjectMetadata {
    /// Checks the name of an object from which that of a namespace is made.
    func checkName(_ log: ViolationLog) {
        let name = self.name
        let path = "metadata.name"
        if name.isEmpty {
            log.note(path, "metadata.name is missing: \(TextForm.dnsLabel.instruction)")
        } else if name.utf8.count > Naming.nameLimit {
            log.note(
                .nameLength, at: path,
                "metadata.name \(name.shown) has \(name.utf8.count) bytes: shorten it to \(Naming.nameLimit)"
            )
        } else if !TextForm.dnsLabel.matches(name) {
            log.note(.nameLength, at: path, "metadata.name is \(name.shown): \(TextForm.dnsLabel.instruction)")
        }
        if name == "default" || name.hasPrefix("kube-") {
            log.note(.nameReserved, at: path)
        }
    }
}
