import EnvironmentAPI
import Testing

@Suite("Words") struct WordsTests {
    private static let reasons: [(ConditionType, [String])] = [
        words(ReadyReason.self), words(AcceptedReason.self), words(NamespaceReason.self), words(GuardrailsReason.self),
        words(ReleaseReason.self), words(ControlPlaneReason.self), words(KubeconfigReason.self),
        words(InferenceReason.self), words(DriftedReason.self), words(ExpiringReason.self),
        words(TerminatedReason.self), words(PlacedReason.self), words(ModelReason.self), words(ServiceReason.self),
        words(WebUIReason.self), words(EndpointReadyReason.self), words(PullRequestReason.self),
    ]

    private static func words<Reason: ConditionReason>(_: Reason.Type) -> (ConditionType, [String]) {
        (Reason.type, Reason.allCases.map(\.rawValue))
    }

    @Test("every condition has a closed set of reasons, each a word that the API server takes")
    func reasons() throws {
        #expect(Set(Self.reasons.map(\.0)) == Set(ConditionType.allCases))
        let word = try Pattern("^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$")
        #expect(Self.reasons.flatMap(\.1).filter { !word.matches($0) } == [])
        #expect(EventReason.allCases.filter { !word.matches($0.rawValue) } == [])
    }

    @Test("Ready has the reasons of the design")
    func ready() {
        #expect(
            ReadyReason.allCases.map(\.rawValue) == [
                "Provisioning", "Ready", "Degraded", "Suspended", "Expired", "Closed", "Deleting", "Rejected", "Failed",
                "Paused", "NameConflict",
            ])
    }

    @Test("labels and annotations have keys that the API server takes")
    func keys() {
        let keys = [
            Words.Label.managedBy, Words.Label.environment, Words.Label.environmentNamespace,
            Words.Label.environmentUID, Words.Label.component, Words.Label.partOf, Words.Label.codeHost,
            Words.Label.podSecurity(.enforce),
            Words.Annotation.closed, Words.Annotation.operation, Words.Annotation.appliedDigest,
            Words.Finalizer.teardown,
        ]
        #expect(keys.filter { !TextForm.labelKey.matches($0) } == [])
    }
}
