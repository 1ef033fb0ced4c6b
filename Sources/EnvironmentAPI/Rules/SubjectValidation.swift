extension Subject {
    /// Notes what the cluster's own rules forbid in a binding; `namespace` is the team's, `nil` in a class.
    ///
    /// The names that begin with `system:` are the cluster's own: a binding of one of them could reach every pod of
    /// the cluster, or its masters.
    func check(at path: String, in namespace: String?, _ log: ViolationLog) {
        switch kind {
        case .serviceAccount: checkServiceAccount(at: path, in: namespace, log)
        case .user, .group:
            guard name.hasPrefix(Self.systemPrefix) else { return }
            if let namespace, self == .serviceAccounts(of: namespace) { return }
            let use = namespace.map { "name people, groups, or service accounts of namespace \($0)" }
            log.note(
                .subjectSystem, at: "\(path).name",
                "\(path).name is \(name.shown), one of the cluster's own names: \(use ?? "name people or groups")"
            )
        }
    }

    private func checkServiceAccount(at path: String, in team: String?, _ log: ViolationLog) {
        guard TextForm.dnsSubdomain.matches(name) else {
            log.note("\(path).name", "\(path).name is \(name.shown): \(TextForm.dnsSubdomain.instruction)")
            return
        }
        guard let team else {
            log.note(
                path,
                "\(path) names ServiceAccount \(name.shown), but a class is for many teams: name a User or a Group here,"
                    + " and service accounts in spec.access of the Environment beside them"
            )
            return
        }
        // An Environment without a namespace is a file that was not sent yet: the sender fills it in.
        guard let namespace, !team.isEmpty, namespace != team else { return }
        log.note(
            "\(path).namespace",
            "\(path).namespace is \(namespace.shown), not the Environment's own \(team.shown): use a service account"
                + " of \(team.shown), or create the Environment in \(namespace.shown)"
        )
    }
}
