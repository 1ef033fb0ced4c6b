/// The forms in which data is printed.
package enum OutputFormat: String, Sendable, Hashable, CaseIterable {
    case table
    case json
    case yaml
    /// `environment.envfactory.dev/pr-42`, one line an object, for scripts.
    case name
}
