extension EnvironmentClass.Network {
    func check(at path: String, _ log: ViolationLog) {
        if mode == .open, !egress.isEmpty || !ingress.isEmpty {
            log.note(.openNetworkHasNoRules, at: path)
        }
        for (index, rule) in egress.enumerated() { rule.check(at: "\(path).egress[\(index)]", .egress, log) }
        for (index, rule) in ingress.enumerated() { rule.check(at: "\(path).ingress[\(index)]", .ingress, log) }
    }
}

extension EnvironmentClass.NetworkRule {
    fileprivate func check(at path: String, _ direction: EnvironmentClass.Direction, _ log: ViolationLog) {
        for (index, peer) in peers.enumerated() {
            peer.check(at: "\(path).\(direction.peersKey)[\(index)]", log)
        }
        for (index, port) in ports.enumerated() { port.check(at: "\(path).ports[\(index)]", log) }
    }
}

extension EnvironmentClass.NetworkPeer {
    fileprivate func check(at path: String, _ log: ViolationLog) {
        if (cidr != nil) == (namespaceSelector != nil || podSelector != nil) {
            log.note(.peerKind, at: path)
        }
        // An empty selector would open the environment to every tenant of the host.
        if let selector = namespaceSelector, selector == LabelSelector() {
            let field = "\(path).namespaceSelector"
            log.note(field, "\(field) selects every namespace, other teams' too: name the labels of those meant")
        }
        guard let cidr, let block = AddressBlock(cidr) else { return }
        for (index, text) in except.enumerated() {
            guard let exception = AddressBlock(text), !block.contains(exception) || block == exception else { continue }
            let field = "\(path).ipBlock.except[\(index)]"
            log.note(field, "\(field) \(text.shown) is not a part of \(cidr.shown): name a smaller block within it")
        }
    }
}

extension EnvironmentClass.NetworkPort {
    fileprivate func check(at path: String, _ log: ViolationLog) {
        guard let endPort else { return }
        guard case .number(let first)? = port, first <= endPort else {
            log.note(.portRange, at: path)
            return
        }
    }
}
