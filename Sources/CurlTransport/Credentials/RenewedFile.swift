import Glibc
import HTTPModel
import Synchronization

/// A small file whose content is replaced now and then, read again only when it may have been.
final class RenewedFile: Sendable {
    private struct Reading {
        var content: [UInt8]
        var stamp: FileStamp
        var time: ContinuousClock.Instant
    }

    /// After this time a file is read again, even where it looks the same.
    private static let longestUse: Duration = .seconds(60)
    private static let byteLimit = 64 << 10

    private let path: String
    /// What the file is, for messages.
    private let role: String
    private let now: @Sendable () -> ContinuousClock.Instant
    private let last = Mutex<Reading?>(nil)

    init(_ path: String, role: String, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.path = path
        self.role = role
        self.now = now
    }

    /// The content without white space around it, never empty.
    ///
    /// - Throws: ``HTTPTransportError`` of code `credential`.
    func content() throws(HTTPTransportError) -> [UInt8] {
        let result: Result<[UInt8], HTTPTransportError> = last.withLock { last in
            // A local file: asking for its state takes a microsecond.
            let now = now()
            do throws(HTTPTransportError) {
                let stamp = try currentStamp()
                if let reading = last, reading.stamp == stamp, reading.time.duration(to: now) < Self.longestUse {
                    return .success(reading.content)
                }
                let content = try trimmed(read())
                last = Reading(content: content, stamp: stamp, time: now)
                return .success(content)
            } catch {
                // While the file is being replaced, what was there is better than nothing.
                return last.map { .success($0.content) } ?? .failure(error)
            }
        }
        return try result.get()
    }

    /// Has the file read again next time, and forgets what was there.
    func forget() { last.withLock { $0 = nil } }

    private func currentStamp() throws(HTTPTransportError) -> FileStamp {
        var information = stat()
        guard stat(path, &information) == 0 else { throw unreadable(errno) }
        guard information.st_mode & S_IFMT == S_IFREG else {
            throw HTTPTransportError(.credential, "the \(role) \(path) is no regular file: name the file itself")
        }
        return FileStamp(information)
    }

    private func read() throws(HTTPTransportError) -> ArraySlice<UInt8> {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw unreadable(errno) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 8 << 10)
        while bytes.count <= Self.byteLimit {
            let capacity = buffer.count
            let count = Glibc.read(file, &buffer, capacity)
            if count == 0 { return bytes[...] }
            if count > 0 {
                bytes += buffer[..<count]
            } else if errno != EINTR {
                throw unreadable(errno)
            }
        }
        throw HTTPTransportError(
            .credential,
            "the \(role) \(path) is larger than the limit of \(Self.byteLimit) bytes: is it the right file?"
        )
    }

    private func trimmed(_ bytes: ArraySlice<UInt8>) throws(HTTPTransportError) -> [UInt8] {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        guard let start = bytes.firstIndex(where: { !isSpace($0) }), let end = bytes.lastIndex(where: { !isSpace($0) })
        else {
            throw HTTPTransportError(.credential, "the \(role) \(path) is empty: wait until it is written, or write it")
        }
        return Array(bytes[start...end])
    }

    private func unreadable(_ error: Int32) -> HTTPTransportError {
        HTTPTransportError(
            .credential,
            "the \(role) \(path) cannot be read (\(String(cString: strerror(error)))):"
                + " check the path in the kubeconfig, or the volume it is on"
        )
    }
}
