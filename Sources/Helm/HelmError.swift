/// A problem with a chart, a template or a release.
package struct HelmError: Error, Sendable, Hashable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}
