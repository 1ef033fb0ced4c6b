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
///   offset 0    : "envfactory journal 1\n", padded; its last byte is the signal of a trap, or 0
///   slot 0…63   : in flight: controller ␟ key ␟ revision
///   slot 64…127 : suspects:  controller ␟ key ␟ revision ␟ crashes
/// ```
///
/// Only a process that trapped makes suspects, see ``TrapMark``: who was killed, or went with its node, died of
/// something else.
package final class CrashJournal: InFlightJournal {
    private static let magic = Array("envfactory journal 1\n".utf8)
    private static let slotSize = 512
    private static let slots = 64
    private static let size = slotSize * (1 + 2 * slots)
    private static let markOffset = slotSize - 1

    /// Why nothing is kept, and what to do about it; `nil` where it is.
    package let problem: String?
    /// The signal that the last process trapped with; `nil` where it did not.
    package let lastTrap: Int32?

    private let descriptor: Int32
    private let quarantine: Mutex<Quarantine>
    private let failures: Counter

    /// Opens or creates the file, and takes what its last process left in flight at a trap for suspects.
    package init(path: String, metrics: MetricRegistry) {
        failures = metrics.counter("journal_failures_total", help: "Writes of the crash journal that failed.")()
        let (descriptor, problem) = Self.open(path)
        (self.descriptor, self.problem) = (descriptor, problem)
        let bytes = Self.read(descriptor)
        let mark = bytes.isEmpty ? 0 : bytes[Self.markOffset]
        lastTrap = mark == 0 ? nil : Int32(mark)
        let quarantine = bytes.isEmpty ? Quarantine() : Self.quarantine(bytes, isTrap: mark != 0)
        self.quarantine = Mutex(quarantine)
        // As a whole, so that no crash is forgotten, nor counted again by the next process.
        write(Self.page(Self.magic) + Self.emptySlots + Self.suspects(quarantine), at: 0)
    }

    deinit {
        guard descriptor >= 0 else { return }
        TrapMark.remove(from: descriptor)
        close(descriptor)
    }

    /// From now on a trap of this process, of which there is one journal, leaves its mark in the file.
    package func markTraps() {
        if descriptor >= 0 { TrapMark.install(on: descriptor, at: Self.markOffset) }
    }

    /// The objects that are left alone, for a message.
    package var quarantined: [String] {
        quarantine.withLock { $0.crashes.filter { $0.value >= Quarantine.limit }.keys }
            .map { "\($0.controller) \($0.key)" }.sorted()
    }

    package func begin(_ controller: String, _ key: String, revision: String) -> Bool {
        let suspect = Quarantine.Suspect(controller: controller, key: key, revision: revision)
        let isAdmitted = quarantine.withLock { quarantine in
            guard let slot = quarantine.begin(suspect) else { return false }
            if slot < Self.slots { write(suspect.text, slot: slot) }
            return true
        }
        TrapMark.prepareThread()
        return isAdmitted
    }

    package func end(_ controller: String, _ key: String) {
        quarantine.withLock { quarantine in
            guard let (slot, isCleared) = quarantine.end(controller: controller, key: key) else { return }
            if slot < Self.slots { write("", slot: slot) }
            if isCleared { write(Self.suspects(quarantine), at: Self.slotSize * (1 + Self.slots)) }
        }
    }
}

// MARK: - The file

extension CrashJournal {
    /// The file's descriptor, or -1 and why there is none.
    private static func open(_ path: String) -> (Int32, problem: String?) {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            return (-1, "it cannot be opened (\(String(cString: strerror(errno)))): name a file that may be written")
        }
        guard lock(descriptor) else {
            close(descriptor)
            return (-1, "another process keeps it: give each process a file of its own")
        }
        let head = read(descriptor, count: magic.count)
        guard head.isEmpty || head == magic else {
            close(descriptor)
            return (-1, "it holds something else: name another file, or remove it")
        }
        return (descriptor, nil)
    }

    /// Tries for half a second: between its fork and its own program, a child holds every lock of the process that
    /// starts it, and a process that has just ended may have had one.
    private static func lock(_ descriptor: Int32) -> Bool {
        for attempt in 0..<50 {
            if attempt > 0 { usleep(10_000) }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
        }
        return false
    }

    /// So many bytes from the beginning, or what there is.
    private static func read(_ descriptor: Int32, count: Int) -> [UInt8] {
        guard descriptor >= 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            initialized = max(0, pread(descriptor, buffer.baseAddress, count, 0))
        }
    }

    /// The whole file; nothing where it is not whole.
    private static func read(_ descriptor: Int32) -> [UInt8] {
        let bytes = read(descriptor, count: size)
        return bytes.count == size ? bytes : []
    }

    private static func quarantine(_ bytes: [UInt8], isTrap: Bool) -> Quarantine {
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
        let inFlight = isTrap ? texts.prefix(slots).compactMap { Quarantine.Suspect.read($0)?.0 } : []
        return Quarantine(crashes: crashes, inFlight: inFlight)
    }

    private static let emptySlots = [UInt8](repeating: 0, count: slotSize * slots)

    private static func suspects(_ quarantine: Quarantine) -> [UInt8] {
        let worst = quarantine.crashes.sorted { ($1.value, $0.key.text) < ($0.value, $1.key.text) }
        return (0..<slots).flatMap { slot in
            page(slot < worst.count ? "\(worst[slot].key.text)\u{1F}\(worst[slot].value)".utf8 : "".utf8)
        }
    }

    /// What does not fit would be read as another object; then rather none.
    private static func page(_ text: some Collection<UInt8>) -> [UInt8] {
        let bytes = text.count < slotSize ? Array(text) : []
        return bytes + [UInt8](repeating: 0, count: slotSize - bytes.count)
    }

    private func write(_ text: String, slot: Int) {
        write(Self.page(text.utf8), at: Self.slotSize * (1 + slot))
    }

    private func write(_ bytes: [UInt8], at offset: Int) {
        if pwrite(descriptor, bytes, bytes.count, offset) != bytes.count { failures.increment() }
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
