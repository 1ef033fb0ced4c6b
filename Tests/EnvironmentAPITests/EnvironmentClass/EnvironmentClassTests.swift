import EnvironmentAPI
import Formats
import Kubernetes
import Testing

@Suite("Reading an EnvironmentClass") struct EnvironmentClassTests {
    @Test("what is written is what was read", arguments: [Valid.namespaceClass, Valid.virtualClass])
    func roundTrip(_ json: JSONValue) {
        let environmentClass = EnvironmentClass(from: KubernetesObject(json))
        #expect(environmentClass.unreadable == [])
        #expect(environmentClass.object.json == json)
        #expect(EnvironmentClass.Spec(json: environmentClass.spec.json) == environmentClass.spec)
    }

    @Test("a class that says nothing but its isolation gets every default")
    func defaults() {
        let spec = EnvironmentClass.Spec(json: ["isolation": "Namespace"])
        #expect(spec.lifetime.effectiveDefault == .seconds(24 * 3600))
        #expect(spec.lifetime.maximum == .seconds(72 * 3600))
        #expect(spec.lifetime.warnings == [.seconds(7200), .seconds(900)])
        #expect(spec.lifetime.retention == .seconds(3600))
        #expect(spec.podSecurity.enforce == .baseline)
        #expect(spec.podSecurity[.warn] == .restricted && spec.podSecurity[.audit] == .restricted)
        #expect(spec.network.mode == .isolated)
        #expect(spec.effectiveTenantRole == .edit)
        #expect(spec.drift == .correct)
        #expect(spec.teardown.timeout == .seconds(600) && spec.teardown.volumes == .delete)
        #expect(spec == EnvironmentClass.Spec(isolation: .namespace))
    }

    @Test("the default time to live is never longer than a shorter maximum")
    func shortMaximum() {
        let spec = EnvironmentClass.Spec(json: ["isolation": "Namespace", "lifetime": ["maximum": "1h"]])
        #expect(spec.lifetime.effectiveDefault == .seconds(3600))
    }

    @Test("an empty list of warnings is a decision")
    func noWarnings() {
        let spec = EnvironmentClass.Spec(json: ["isolation": "Namespace", "lifetime": ["warnings": []]])
        #expect(spec.lifetime.warnings == [])
        #expect(spec.json[path: "lifetime", "warnings"] == [])
    }

    @Test("a virtual cluster's tenant has no right on the host")
    func tenantRole() {
        #expect(EnvironmentClass.Spec(isolation: .virtualCluster).effectiveTenantRole == .none)
        #expect(EnvironmentClass.TenantRole.edit.clusterRole == .tenantEdit)
        #expect(EnvironmentClass.TenantRole.view.clusterRole == .tenantView)
        #expect(EnvironmentClass.TenantRole.none.clusterRole == nil)
    }

    @Test("an empty name of a Secret is none")
    func emptyCredentials() {
        let json = Valid.virtualClass.setting("spec/virtualCluster/chart/credentialsSecretName", "")
        let environmentClass = EnvironmentClass(from: KubernetesObject(json))
        #expect(environmentClass.violations() == [])
        #expect(environmentClass.spec.virtualCluster?.chart?.credentialsSecretName == nil)
    }
}
