import EnvironmentAPI
import Formats
package import Kubernetes

extension ObservedObject {
    /// What matters of an object as the API server shows it.
    package init(_ object: KubernetesObject) {
        self.init(
            uid: object.uid ?? "",
            hash: WantedObject.hash(of: object),
            isDeleting: object.isDeleting,
            isHeld: object.finalizers.contains(Words.Finalizer.teardown),
            binds: Self.binds(object)
        )
    }

    /// A quota binds once the controller manager has copied what is asked for into its status; creates slip through
    /// until then.
    private static func binds(_ object: KubernetesObject) -> Bool {
        guard object.kind == APIResource.resourceQuotas.kind else { return true }
        let wanted = amounts(object.json[path: "spec", "hard"])
        return wanted == amounts(object.json[path: "status", "hard"])
    }

    private static func amounts(_ hard: JSONValue?) -> [String: Quantity?] {
        var amounts: [String: Quantity?] = [:]
        for member in hard?.object ?? JSONObject() {
            amounts[member.key] = member.value.string.flatMap(Quantity.init(orNil:))
        }
        return amounts
    }
}

extension ObservedNamespace {
    package init(_ object: KubernetesObject) {
        self.init(
            uid: object.uid ?? "",
            ownerUID: object.ownerUID,
            hash: WantedObject.labelsHash(of: object),
            isDeleting: object.isDeleting
        )
    }
}

extension Quantity {
    fileprivate init?(orNil text: String) {
        do { try self.init(text) } catch { return nil }
    }
}
