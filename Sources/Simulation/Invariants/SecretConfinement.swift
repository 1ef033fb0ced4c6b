import Formats
import KubernetesSimulator

/// I8: no token and no key is written anywhere but into a Secret, nor into a log.
struct SecretConfinement: Invariant {
    static let title = "I8 secrets stay in Secrets"

    /// What every credential of the simulated cluster holds.
    private static let canaries = ["simulated.", "PRIVATE KEY"].map { Array($0.utf8) }

    mutating func breach(_ fact: Fact, _ truth: Truth) -> String? {
        switch fact {
        case .cluster(.change(let change)):
            guard change.author?.isOperator == true, change.resource != "secrets",
                change.resource != Kind.leases, let object = change.after,
                let path = Self.leak(in: object, [])
            else { return nil }
            return "\(change.resource) \(change.name) tells a credential at \(path.joined(separator: "."))"
        case .logged(let process, let line):
            return Self.canaries.contains(where: line.holds) ? "\(process) logs a credential" : nil
        default: return nil
        }
    }

    private static func leak(in value: JSONValue, _ path: [String]) -> [String]? {
        switch value {
        case .string(let text): return canaries.contains(where: text.utf8.holds) ? path : nil
        case .array(let values):
            for value in values { if let found = leak(in: value, path) { return found } }
        case .object(let members):
            for (key, value) in members { if let found = leak(in: value, path + [key]) { return found } }
        default: break
        }
        return nil
    }
}

extension Collection<UInt8> {
    /// Whether these bytes are somewhere in it.
    fileprivate func holds(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first, count >= bytes.count else { return false }
        var rest = self[...]
        while let start = rest.firstIndex(of: first) {
            rest = rest[start...]
            if rest.starts(with: bytes) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}
