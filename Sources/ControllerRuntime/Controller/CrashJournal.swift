import Glibc
import Synchronization
package import Telemetry

/// Keeps what is in flight in a file that outlives the process, such as one in a pod's `emptyDir`.
///
/// One slot of fixed size for each piece of work, written in place before the work begins: what the kernel has taken
/// survives the end of the process, and more is not needed. A file that cannot be written protects nobody, and stops
/// nobody either.
///
/// ```
///   offset 0    : "envfactory journal 1\n", padded
///   slot 0…63   : in flight: controller ␟ key ␟ revision
///   slot 64…127 : suspects:  controller ␟ key ␟ revision ␟ crashes
/// ```
package final class CrashJournal: InFlightJournal {
    private static let magic = "envfactory journal 1\n"
    private static let slotSize = 512
    private static let slots = 64

    private let descriptor: Int32
    private let quarantine: Mutex<Quarantine>
    private let failures: Counter

    /// Opens or creates the file, and takes what its last process left in flight for suspects.
    package init(path: String, metrics: MetricRegistry) {
        failures = metrics.counter("journal_failures_total", help: "Writes of the crash journal that failed.")()
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        let quarantine = Self.read(descriptor)
        self.quarantine = Mutex(quarantine)
        write(Array(Self.magic.utf8), at: 0)
        for slot in 0..<Self.slots { write("", slot: slot) }
        writeSuspects(quarantine)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// The objects that are left alone, for a message.
    package var quarantined: [String] {
        quarantine.withLock { $0.crashes.filter { $0.value >= Quarantine.limit }.keys.map(\.text) }.sorted()
    }

    package func begin(_ controller: String, _ key: String, revision: String) -> Bool {
        let suspect = Quarantine.Suspect(controller: controller, key: key, revision: revision)
        return quarantine.withLock { quarantine in
            guard let slot = quarantine.begin(suspect) else { return false }
            if slot < Self.slots { write(suspect.text, slot: slot) }
            return true
        }
    }

    package func end(_ controller: String, _ key: String) {
        quarantine.withLock { quarantine in
            guard let (slot, isCleared) = quarantine.end(controller: controller, key: key) else { return }
            if slot < Self.slots { write("", slot: slot) }
            if isCleared { writeSuspects(quarantine) }
        }
    }
}

// MARK: - The file

extension CrashJournal {
    private static func read(_ descriptor: Int32) -> Quarantine {
        let size = slotSize * (1 + 2 * slots)
        var bytes = [UInt8](repeating: 0, count: size)
        guard descriptor >= 0, pread(descriptor, &bytes, size, 0) == size, bytes.starts(with: magic.utf8) else {
            return Quarantine()
        }
        let texts = (1...2 * slots).map { slot in
            String(decoding: bytes[slot * slotSize..<(slot + 1) * slotSize].prefix { $0 != 0 }, as: UTF8.self)
        }
        var crashes: [Quarantine.Suspect: Int] = [:]
        for text in texts.dropFirst(slots) {
            guard let (suspect, rest) = Quarantine.Suspect.read(text), let count = rest.first.flatMap({ Int($0) })
            else {
                continue
            }
            crashes[suspect] = max(0, min(count, 1_000))
        }
        return Quarantine(crashes: crashes, inFlight: texts.prefix(slots).compactMap { Quarantine.Suspect.read($0)?.0 })
    }

    private func writeSuspects(_ quarantine: Quarantine) {
        let worst = quarantine.crashes.sorted { ($1.value, $0.key.text) < ($0.value, $1.key.text) }
        for slot in 0..<Self.slots {
            let text = slot < worst.count ? "\(worst[slot].key.text)\u{1F}\(worst[slot].value)" : ""
            write(text, slot: Self.slots + slot)
        }
    }

    private func write(_ text: String, slot: Int) {
        // What does not fit would be read as another object; then rather none.
        let bytes = text.utf8.count < Self.slotSize ? Array(text.utf8) : []
        write(bytes, at: Self.slotSize * (1 + slot))
    }

    private func write(_ bytes: [UInt8], at offset: Int) {
        let padded = bytes + [UInt8](repeating: 0, count: Self.slotSize - bytes.count)
        if pwrite(descriptor, padded, padded.count, offset) != padded.count { failures.increment() }
    }
}

extension Quarantine.Suspect {
    fileprivate var text: String { "\(controller)\u{1F}\(key)\u{1F}\(revision)" }

    /// Reads the text of a slot, and what follows the three parts.
    fileprivate static func read(_ text: String) -> (Quarantine.Suspect, [Substring])? {
        let parts = text.split(separator: "\u{1F}", omittingEmptySubsequences: false)
        guard parts.count >= 3 else { return nil }
        let suspect = Quarantine.Suspect(
            controller: String(parts[0]), key: String(parts[1]), revision: String(parts[2]))
        return (suspect, Array(parts.dropFirst(3)))
    }
}
