import Cryptography
import EnvironmentAPI
import Formats
import Helm

/// All that decides what a release is made of, but for its revision.
struct ReleaseInputs: Sendable {
    let chart: EnvironmentClass.VirtualCluster.Chart
    let values: JSONObject
    let place: ReleasePlace
    /// Of chart and values: where it is that of a release's record, the release was made of these inputs.
    let digest: String

    init?(_ environment: Environment, _ environmentClass: EnvironmentClass.Spec, _ identity: OwnerIdentity) {
        guard let chart = environmentClass.virtualCluster?.chart else { return nil }
        self.chart = chart
        place = ReleasePlace(identity)
        let values = VirtualClusterValues(environment, environmentClass, place).values
        // As Helm reads values: numbers as Go has them, keys in the order of their bytes.
        self.values = (values.object ?? JSONObject()).withGoNumbers
        let whole: JSONValue = [
            "repository": .string(chart.repository), "name": .string(chart.name), "version": .string(chart.version),
            "digest": .string(chart.digest ?? ""), "values": .object(self.values),
        ]
        digest = SHA256.digest(of: whole.encoded()).hex
    }

    func scope(_ identity: OwnerIdentity) -> ReleaseScope {
        var scope = ReleaseScope(
            name: place.release, namespace: place.namespace, owner: identity.uid,
            kinds: ReleaseKinds(ReleaseKinds.writable))
        for (key, value) in identity.labels.object ?? JSONObject() { scope.objectLabels[key] = value.string }
        return scope
    }
}
