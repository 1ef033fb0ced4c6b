package import EnvironmentAPI

/// Whether an environment may be, and the class it is made from.
package enum Admission: Sendable, Hashable {
    case accepted(EnvironmentClass.Spec, Environment.Status.ResolvedClass, String)
    case refused(AcceptedReason, String)

    /// The class, where the environment was accepted.
    package var environmentClass: EnvironmentClass.Spec? {
        guard case .accepted(let spec, _, _) = self else { return nil }
        return spec
    }
}
