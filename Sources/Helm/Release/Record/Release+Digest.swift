import Cryptography
import Formats

extension Release {
    /// A digest of what the release is made of: its chart, values, objects and hooks, but not how it fared.
    ///
    /// Who may write Secrets may write another release into one; a digest kept elsewhere tells.
    package var contentDigest: String {
        var hash: SHA256 = SHA256()
        for text in [chart.json, JSONValue.object(config).encoded(sorted: true), Array(manifest.utf8)] {
            hash.add(text)
        }
        for hook in hooks {
            let lists: [[String]] = [hook.eventNames, hook.deletePolicyNames]
            for text in [hook.path, hook.manifest, "\(hook.weight)"] + lists.map({ $0.joined(separator: ",") }) {
                hash.add(Array(text.utf8))
            }
        }
        return "sha256:\(hash.finalize().hex)"
    }
}

extension SHA256 {
    /// Takes in a text with its length, so that where one ends and the next begins is part of it.
    fileprivate mutating func add(_ text: [UInt8]) {
        update("\(text.count):".utf8)
        update(text)
    }
}
