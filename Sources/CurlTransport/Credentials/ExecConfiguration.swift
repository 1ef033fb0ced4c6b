package import Formats

/// A kubeconfig's `exec` section: a program that prints a credential.
package struct ExecConfiguration: Sendable, CustomStringConvertible, CustomReflectable {
    package enum APIVersion: String, Sendable, Hashable, CaseIterable {
        case v1 = "client.authentication.k8s.io/v1"
        case v1beta1 = "client.authentication.k8s.io/v1beta1"
    }

    /// Whether the program may ask a person.
    package enum InteractiveMode: String, Sendable, Hashable, CaseIterable {
        case never = "Never"
        case ifAvailable = "IfAvailable"
        case always = "Always"
    }

    package var command: String
    package var arguments: [String] = []
    /// Set beside what the program inherits; a later one of a name replaces an earlier one.
    package var environment: [(name: String, value: String)] = []
    package var apiVersion: APIVersion
    package var interactiveMode = InteractiveMode.ifAvailable
    /// What to tell people who lack the program.
    package var installHint: String?
    /// The `spec.cluster` that the program is told, where `provideClusterInfo` is set.
    package var cluster: JSONValue?

    package init(command: String, apiVersion: APIVersion) {
        self.command = command
        self.apiVersion = apiVersion
    }

    // Arguments and variables may be secrets.
    package var description: String { "exec \(command)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
