import Formats

extension InferenceEndpoint {
    /// All that is wrong with the endpoint by itself, as instructions.
    package func violations() -> [Violation] {
        let log = ViolationLog(unreadable)
        metadata.checkName(log)
        checkMode(log)
        checkModel(log)
        checkHost(log)
        checkPorts(log)
        checkPlacement(log)
        checkWebUI(log)
        return log.violations
    }

    private func checkMode(_ log: ViolationLog) {
        if spec.mode != .cluster, spec.host == nil, !isUnreadable("spec.host") { log.note(.hostPresence, at: "spec") }
        let engine = spec.engine
        if engine.type == .custom, engine.command.isEmpty { log.note(.customCommandPresence, at: "spec.engine") }
        guard spec.mode != .host else { return }
        if engine.image == nil, !isUnreadable("spec.engine.image") { log.note(.engineImagePresence, at: "spec") }
        if spec.cache.size == nil, !isUnreadable("spec.cache.size") { log.note(.cachePresence, at: "spec") }
        if engine.type == .llamaCpp, spec.model.file == nil, !isUnreadable("spec.model.file") {
            log.note(.modelFilePresence, at: "spec")
        }
    }

    private func checkModel(_ log: ViolationLog) {
        let model = spec.model
        if model.sha256 != nil, model.file == nil { log.note(.digestOfFile, at: "spec.model") }
        if model.source?.hasPrefix("http://") ?? false, model.sha256 == nil || model.projector != nil {
            log.note(.plainSourceDigest, at: "spec.model")
        }
        let repository = model.source ?? "hf://\(model.name)"
        guard spec.mode != .host, repository.hasPrefix("hf://") else { return }
        let parts = repository.dropFirst("hf://".count).split(separator: "/", omittingEmptySubsequences: false)
        if parts.count != 2 || parts.contains("") {
            let path = model.source == nil ? "spec.model.name" : "spec.model.source"
            log.note(path, "\(path) leads to \(repository.shown): write hf://owner/repository in spec.model.source")
        }
    }

    private func checkHost(_ log: ViolationLog) {
        guard let host = spec.host else { return }
        let path = "spec.host.address"
        if host.form == nil {
            log.note(path, "\(path) is \(host.address.shown): \(TextForm.hostAddress.instruction)")
        }
        let bytes = AddressBlock.address(host.address)
        if let closed = bytes.map({ ClosedAddress($0) }) ?? ClosedAddress(name: host.address) {
            log.note(path, Self.refusal(of: host.address, at: path, closed))
        }
        for (index, cidr) in host.cidrs.enumerated() {
            guard let closed = AddressBlock(cidr).flatMap({ ClosedAddress(in: $0) }) else { continue }
            let path = "spec.host.cidrs[\(index)]"
            log.note(path, Self.refusal(of: cidr, at: path, closed))
        }
    }

    private static func refusal(of text: String, at path: String, _ closed: ClosedAddress) -> String {
        let verb = text.contains("/") ? "holds what is" : "is"
        return "\(path) \(text.shown) \(verb) \(closed.description): write the address at which pods reach the machine"
    }

    /// A name in the DNS has no port of its own.
    private func checkPorts(_ log: ViolationLog) {
        guard spec.mode != .cluster, let host = spec.host, host.form == .name, host.port != spec.serving.port,
            host.addresses.isEmpty
        else { return }
        log.note(
            "spec.serving.port",
            "spec.serving.port \(spec.serving.port) is not spec.host.port \(host.port), and a name cannot change ports:"
                + " make them equal, or write the machine's address into spec.host.address or as /32 into spec.host.cidrs"
        )
    }

    /// The scheduler drives out others' pods for what is critical to the cluster.
    private func checkPlacement(_ log: ViolationLog) {
        guard let name = spec.placement.priorityClassName, name.hasPrefix("system-") else { return }
        let path = "spec.placement.priorityClassName"
        log.note(path, "\(path) \(name.shown) is for what the cluster itself needs: use a class of your own, or none")
    }

    private func checkWebUI(_ log: ViolationLog) {
        let page = spec.webUI
        if page.isEnabled, spec.serving.serviceName == Words.Component.webUI {
            // It would be exposed in the page's place.
            log.note(
                "spec.serving.serviceName",
                "spec.serving.serviceName is \(Words.Component.webUI), the name of the page's Service: use another one")
        }
        if page.isEnabled, page.image == nil, !isUnreadable("spec.webUI.image") {
            log.note(.webUIImagePresence, at: "spec.webUI")
        }
        if page.exposure.type == .ingress, page.exposure.host == nil, !isUnreadable("spec.webUI.exposure.host") {
            log.note(.ingressHostPresence, at: "spec.webUI.exposure")
        }
    }

    /// What could not be read is told once, and not as missing too.
    private func isUnreadable(_ path: String) -> Bool { unreadable.contains { $0.path.hasPrefix(path) } }
}

extension InferenceEndpoint.Host {
    /// What an address is.
    package enum Form: Sendable, Hashable {
        case name
        case iPv4
        case iPv6
    }

    /// `nil` where it is neither a name nor an address.
    package var form: Form? {
        switch AddressBlock.address(address)?.count {
        case 4?: .iPv4
        case 16?: .iPv6
        // A name that ends in a number is read as an address by some, and by nobody as a name.
        default: TextForm.dnsSubdomain.matches(address) && !endsInNumber ? .name : nil
        }
    }

    private var endsInNumber: Bool {
        address.split(separator: ".").last?.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            ?? true
    }

    /// The addresses that are known one by one.
    package var addresses: [String] {
        guard form == .name else { return [address] }
        let blocks = cidrs.compactMap { text in AddressBlock(text).map { (text, $0) } }
        let single = blocks.filter { $0.1.prefixLength == $0.1.address.count * 8 }
        guard single.count == blocks.count else { return [] }
        return single.compactMap { $0.0.split(separator: "/").first.map(String.init) }
    }

    /// What network policies must let through; `nil` where nobody said where the name leads.
    package var addressBlocks: [String]? {
        guard cidrs.isEmpty else { return cidrs }
        switch form {
        case .iPv4?: return ["\(address)/32"]
        case .iPv6?: return ["\(address)/128"]
        case .name?, nil: return nil
        }
    }
}
