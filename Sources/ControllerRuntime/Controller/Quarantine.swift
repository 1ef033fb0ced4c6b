/// What was being worked on when the process crashed, and how often: the decisions of ``CrashJournal``.
///
/// Whatever was in flight at a crash is a suspect, the innocent beside the guilty one. A run that ends clears its
/// suspect, so what remains after several crashes in a row is what causes them.
package struct Quarantine: Sendable, Hashable {
    /// One object as of one version: a changed object is another one, and gets a new chance.
    package struct Suspect: Sendable, Hashable {
        package var controller: String
        package var key: String
        package var revision: String

        package init(controller: String, key: String, revision: String) {
            self.controller = controller
            self.key = key
            self.revision = revision
        }
    }

    /// So many crashes in a row, and the object is left alone.
    package static let limit = 3

    package private(set) var crashes: [Suspect: Int] = [:]
    package private(set) var inFlight: [Suspect?] = []

    package init() {}

    /// What a new process starts from, given what its predecessor left behind.
    package init(crashes: [Suspect: Int], inFlight: [Suspect]) {
        self.crashes = crashes
        for suspect in Set(inFlight) { self.crashes[suspect, default: 0] += 1 }
    }

    /// Begins work in a free slot; `nil` where the object is in quarantine.
    package mutating func begin(_ suspect: Suspect) -> Int? {
        guard crashes[suspect] ?? 0 < Self.limit else { return nil }
        if let free = inFlight.firstIndex(of: nil) {
            inFlight[free] = suspect
            return free
        }
        inFlight.append(suspect)
        return inFlight.count - 1
    }

    /// Ends work; returns its slot, and whether a suspicion was lifted.
    package mutating func end(controller: String, key: String) -> (slot: Int, isCleared: Bool)? {
        let slot = inFlight.firstIndex { $0?.controller == controller && $0?.key == key }
        guard let slot, let suspect = inFlight[slot] else { return nil }
        inFlight[slot] = nil
        return (slot, crashes.removeValue(forKey: suspect) != nil)
    }
}
