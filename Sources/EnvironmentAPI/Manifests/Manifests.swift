import Formats

/// What an administrator installs: generated from here, never edited by hand.
package enum Manifests {
    /// On everything that is installed; the managed label stays with what the operator makes.
    static let labels = JSONValue.object(JSONObject(unique: [(Words.Label.partOf, "envfactory")]))
}
