import EnvironmentAPI
import Formats
import KubernetesSimulator

/// I5: once all is as asked for, nothing is written, but for what is due by time.
struct Quiet: Sendable {
    static let title = "I5 quiet"

    /// A credential is renewed after four fifths of its life, which is ten minutes at least.
    private static let shortestRenewal = Duration.seconds(470)
    /// How long what is due by time may take.
    private static let patience = Duration.seconds(60)

    /// When something is due: a warning, an end, the end of a tombstone.
    private let dues: [Timestamp]
    /// When each namespace's credential was made.
    private var credentials: [String: Timestamp]
    private var renewedAt: Timestamp?
    private(set) var writes: [WriteRecord] = []

    /// Begins now, with the credentials that were made before.
    init(_ truth: Truth, credentials: [String: Timestamp]) {
        self.credentials = credentials
        dues = truth.environments.flatMap { environment in
            let end = environment.status.expiresAt.map { end in
                [-7_200, -900, 0].map { end + .seconds($0) }
            }
            let tomb = environment.status.condition(.terminated)?.lastTransitionTime
            return (end ?? []) + (tomb.map { [$0 + .seconds(3_600)] } ?? [])
        }
    }

    /// Takes in a write of the operator.
    mutating func take(_ record: WriteRecord) {
        let isDue = dues.contains { record.time >= $0 && record.time <= $0 + Self.patience }
        guard !isDue, !isRenewal(record), !record.isOfOperator else { return }
        writes.append(record)
    }

    private mutating func isRenewal(_ record: WriteRecord) -> Bool {
        guard record.isCredential else { return renewedAt.map { record.time - $0 < .seconds(5) } ?? false }
        let last = credentials.updateValue(record.time, forKey: record.namespace)
        guard last.map({ record.time - $0 >= Self.shortestRenewal }) ?? false else { return false }
        renewedAt = record.time
        return true
    }
}

extension WriteRecord {
    /// Tells of the operator's own machine, and of no environment.
    fileprivate var isOfOperator: Bool {
        resource.hasPrefix("events") && namespace == Words.Installation.namespace
    }

    /// A token was asked for.
    var isCredential: Bool { resource == "serviceaccounts" && subresource == "token" }
}
