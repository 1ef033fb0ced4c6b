import Foundation
import Testing

@Suite("kubectl and definitions", .enabled(if: Kubectl.found != nil, Kubectl.missing), .timeLimit(.minutes(10)))
struct KubectlCustomResourceTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    private static let environment = """
        apiVersion: envfactory.dev/v1alpha1
        kind: Environment
        metadata: {name: pr-42}
        spec: {environmentClassName: sandbox, ttl: 4h}
        """

    static let installing = [
        Call(
            "apply -f \(root)/Manifests/base/10-definitions.yaml",
            """
            customresourcedefinition.apiextensions.k8s.io/environmentclasses.envfactory.dev created
            customresourcedefinition.apiextensions.k8s.io/environments.envfactory.dev created
            customresourcedefinition.apiextensions.k8s.io/inferenceendpoints.envfactory.dev created
            """),
        Call("wait crd --all --for=condition=Established", prints: .parts(["condition met"])),
        Call(
            "apply -f \(root)/examples/10-class-sandbox.yaml", "environmentclass.envfactory.dev/sandbox created"),
        Call("apply -f -", input: environment, "environment.envfactory.dev/pr-42 created"),
        Call("apply -f -", input: environment, "environment.envfactory.dev/pr-42 unchanged"),
    ]

    static let reading = [
        Call(
            "get envclass,env",
            """
            NAME                                      ISOLATION   MAXIMUM   ACCEPTED   AGE
            environmentclass.envfactory.dev/sandbox   Namespace   72h                  0s

            NAME                               CLASS     READY   HOST-NAMESPACE   EXPIRES   AGE
            environment.envfactory.dev/pr-42   sandbox                                      0s
            """),
        Call("get envfactory -o name", "environmentclass.envfactory.dev/sandbox\nenvironment.envfactory.dev/pr-42"),
        Call("explain env.spec.ttl", prints: .parts(["FIELD: ttl <string>", "How long the environment lives"])),
        Call("explain env", prints: .parts(["KIND:       Environment", "metadata\t<ObjectMeta>", "spec\t<Object>"])),
        Call("describe env pr-42", prints: .parts(["Kind:         Environment", "Ttl:", "Events:"])),
        Call(
            "api-resources --api-group=envfactory.dev --no-headers",
            """
            environmentclasses   envclass   envfactory.dev/v1alpha1   false   EnvironmentClass
            environments         env        envfactory.dev/v1alpha1   true    Environment
            inferenceendpoints   inf        envfactory.dev/v1alpha1   true    InferenceEndpoint
            """),
    ]

    static let changing = [
        Call(
            #"patch env pr-42 --subresource=status --type=merge -p '{"status":{"conditions":[{"type":"Ready","#
                + #""status":"True","reason":"Ready","message":"is there","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}'"#,
            "environment.envfactory.dev/pr-42 patched"),
        Call("wait env pr-42 --for=condition=Ready --timeout=10s", "environment.envfactory.dev/pr-42 condition met"),
        Call("wait env pr-42 --for=jsonpath={.spec.ttl}=4h", "environment.envfactory.dev/pr-42 condition met"),
        Call(
            "get env",
            """
            NAME    CLASS     READY   HOST-NAMESPACE   EXPIRES   AGE
            pr-42   sandbox   Ready                              0s
            """),
        Call(
            "patch env pr-42 -p {}", prints: .parts(["application/strategic-merge-patch+json is not supported"]),
            fails: true),
        Call(
            "apply -f -", input: environment.replacing("ttl: 4h", with: "tll: 4h"),
            prints: .parts([#"strict decoding error: unknown field "spec.tll""#]), fails: true),
        Call(
            "apply -f -", input: environment.replacing("ttl: 4h", with: "ttl: soon"),
            prints: .parts([#"The Environment "pr-42" is invalid: spec.ttl: Invalid value: "soon""#]), fails: true),
        Call(
            "apply --server-side -f -", input: environment,
            prints: .parts(["environment.envfactory.dev/pr-42 serverside-applied"])),
        Call("delete env pr-42", prints: .pattern(#"environment.envfactory.dev "pr-42" deleted.*"#)),
    ]

    @Test("a definition's columns, fields and rules show")
    func definitions() async throws {
        try await KubectlStage.run { stage in
            try await stage.expect(Self.installing)
            try await stage.expect(Self.reading)
            try await stage.expect(Self.changing)
        }
    }
}
