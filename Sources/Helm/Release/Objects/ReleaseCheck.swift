import Formats
import Kubernetes

/// Checks what a release is made of, and makes its objects of it; collects all that may not be.
struct ReleaseCheck {
    private static let maximumOffences = 50

    let scope: ReleaseScope
    private(set) var offences: [String] = []
    private var paths: [ObjectKey: String] = [:]
    private var hookPaths: [HookPlace: String] = [:]

    private struct HookPlace: Hashable {
        let key: ObjectKey
        let event: String
    }

    init(_ scope: ReleaseScope) { self.scope = scope }

    /// - Throws: one error with all offences.
    func finish() throws(HelmError) {
        guard paths.count + hookPaths.count <= ReleaseScope.maximumObjects else {
            throw HelmError(
                "release \(scope.name) has more than \(ReleaseScope.maximumObjects) objects, and nothing was written: "
                    + "take another chart")
        }
        guard !offences.isEmpty else { return }
        let more: Int = offences.count - Self.maximumOffences
        let lines: [String] = offences.prefix(Self.maximumOffences) + (more > 0 ? ["and \(more) more"] : [])
        throw HelmError(
            "release \(scope.name) holds what may not be installed, and nothing was written. Switch it off in the "
                + "chart's values, or take another chart:\n" + lines.joined(separator: "\n"))
    }

    mutating func objects(of text: String, path: String) -> [ReleaseObject] {
        read(text, path: path).compactMap { object in
            guard let object = self.object(object, path: path) else { return nil }
            if let other = paths.updateValue(path, forKey: object.key) {
                offences.append("\(path): \(object.key.shown) is also in \(other): leave one of them out")
            }
            return object
        }
    }

    /// Comes after all objects, which no hook may be.
    mutating func hook(_ hook: ReleaseHook) -> DesiredHook? {
        let objects: [KubernetesObject] = read(hook.manifest, path: hook.path)
        guard objects.count == 1 else {
            offences.append("\(hook.path): a hook must be one object, and this is \(objects.count)")
            return nil
        }
        guard let object = object(objects[0], path: hook.path) else { return nil }
        if let other = paths[object.key] {
            offences.append("\(hook.path): hook \(object.key.shown) is also in \(other): leave one of them out")
        }
        for event in hook.eventNames {
            let place: HookPlace = HookPlace(key: object.key, event: event)
            if let other = hookPaths.updateValue(hook.path, forKey: place) {
                offences.append("\(hook.path): \(event) hook \(object.key.shown) is also in \(other): leave one out")
            }
        }
        return DesiredHook(hook: hook, object: object)
    }

    mutating func refuse(definitions: [String]) {
        offences += definitions.map { path in
            "\(path): custom resource definitions are of the whole cluster: an administrator installs them"
        }
    }

    private mutating func read(_ text: String, path: String) -> [KubernetesObject] {
        do throws(HelmError) {
            return try ManifestDocument.objects(in: text, path: path)
        } catch {
            offences.append("\(error)")
            return []
        }
    }

    private mutating func object(_ object: KubernetesObject, path: String) -> ReleaseObject? {
        let faults: [String] = faults(of: object)
        offences += faults.map { "\(path): \(object.kind.shown) \(object.name.shown): \($0)" }
        guard faults.isEmpty, let key = scope.key(of: object) else { return nil }
        return ReleaseObject(object, key: key, path: path, in: scope)
    }
}

// MARK: - What an object may be

extension ReleaseCheck {
    private static let clusterKinds: Set<String> = [
        "APIService", "CSIDriver", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition", "IngressClass",
        "MutatingWebhookConfiguration", "Namespace", "Node", "PersistentVolume", "PodSecurityPolicy", "PriorityClass",
        "RuntimeClass", "StorageClass", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
    ]

    private func faults(of object: KubernetesObject) -> [String] {
        guard !object.kind.isEmpty, !object.version.isEmpty else { return ["it has no apiVersion or no kind"] }
        var faults: [String] = []
        if let fault = kindFault(of: object) { faults.append(fault) }
        if let namespace = object.namespace, namespace != scope.namespace {
            faults.append("it is of namespace \(namespace.shown), and may only be of \(scope.namespace)")
        }
        if object.name.isEmpty {
            faults.append("it has no metadata.name, without which it could not be found again")
        } else if !object.hasGoodName {
            faults.append("its name is none: use lower-case letters, digits, - and .")
        } else if scope.isReserved(object.name) {
            faults.append("its name is kept for what guards the namespace")
        }
        return faults
    }

    private func kindFault(of object: KubernetesObject) -> String? {
        if object.group == "rbac.authorization.k8s.io" { return "a release may give no rights" }
        if Self.clusterKinds.contains(object.kind) { return "it is of the whole cluster" }
        guard let resource = scope.kinds.resource(group: object.group, kind: object.kind) else {
            return "\(object.apiVersion.shown) is none of the kinds that may be installed"
        }
        return resource.isNamespaced ? nil : "it is of the whole cluster"
    }
}

extension ReleaseScope {
    /// Whether a name is kept for others: a release's own Secrets, and what the caller reserves.
    fileprivate func isReserved(_ name: String) -> Bool {
        name.hasPrefix(ReleaseWords.secretPrefix) || reservedNames.contains { name == $0 || name.hasPrefix("\($0)-") }
    }
}

extension ObjectKey {
    /// As messages name it, with what a chart wrote made harmless.
    var shown: String { description.escapingControls(limit: 400) }
}
