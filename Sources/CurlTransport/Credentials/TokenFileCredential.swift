package import HTTPModel
import Glibc
import Synchronization

/// A bearer token in a file that is replaced now and then, as a pod's service-account token is.
package final class TokenFileCredential: CredentialSource {
    /// What tells one content of a file from another without reading it.
    private struct Stamp: Equatable {
        var device: UInt
        var inode: UInt
        var size: Int
        var seconds: Int
        var nanoseconds: Int
    }

    private struct Reading {
        var credential: Credential
        var stamp: Stamp
        var time: ContinuousClock.Instant
    }

    /// After this time a file is read again, even where it looks the same.
    private static let longestUse: Duration = .seconds(60)
    private static let byteLimit = 64 << 10

    private let path: String
    private let clientCertificate: ClientCertificate?
    private let now: @Sendable () -> ContinuousClock.Instant
    private let last = Mutex<Reading?>(nil)

    /// The token at a path, beside a certificate that stays the same.
    package init(
        path: String,
        clientCertificate: ClientCertificate? = nil,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.path = path
        self.clientCertificate = clientCertificate
        self.now = now
    }

    package func credential() async throws -> Credential {
        try last.withLock { last throws(HTTPTransportError) in
            // A small local file: asking for its state takes a microsecond.
            let now = now()
            do throws(HTTPTransportError) {
                let stamp = try currentStamp()
                if let reading = last, reading.stamp == stamp, reading.time.duration(to: now) < Self.longestUse {
                    return reading.credential
                }
                let credential = try read()
                last = Reading(credential: credential, stamp: stamp, time: now)
                return credential
            } catch {
                // While the file is being replaced the token that was there is better than none.
                guard let reading = last else { throw error }
                return reading.credential
            }
        }
    }

    package func invalidate(_ rejected: Credential) async {
        last.withLock { last in
            if last?.credential == rejected { last = nil }
        }
    }

    private func currentStamp() throws(HTTPTransportError) -> Stamp {
        var information = stat()
        guard stat(path, &information) == 0 else { throw unreadable(errno) }
        guard information.st_mode & S_IFMT == S_IFREG else {
            throw HTTPTransportError(.credential, "the token file \(path) is no regular file: name the file itself")
        }
        return Stamp(
            device: UInt(information.st_dev),
            inode: UInt(information.st_ino),
            size: Int(information.st_size),
            seconds: Int(information.st_mtim.tv_sec),
            nanoseconds: Int(information.st_mtim.tv_nsec)
        )
    }

    private func read() throws(HTTPTransportError) -> Credential {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw unreadable(errno) }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: Self.byteLimit + 1)
        var count = 0
        while count < bytes.count {
            let piece = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress.map { $0 + count }, $0.count - count) }
            if piece < 0 && errno == EINTR { continue }
            guard piece >= 0 else { throw unreadable(errno) }
            if piece == 0 { break }
            count += piece
        }
        guard count <= Self.byteLimit else {
            throw HTTPTransportError(
                .credential, "the token file \(path) is larger than \(Self.byteLimit) bytes: is it a token?"
            )
        }
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let token = bytes[..<count].drop(while: isSpace)
        guard let end = token.lastIndex(where: { !isSpace($0) }) else {
            throw HTTPTransportError(.credential, "the token file \(path) is empty: wait for its token, or write one")
        }
        var credential = Credential.bearer(String(decoding: token[...end], as: UTF8.self))
        credential.clientCertificate = clientCertificate
        return credential
    }

    private func unreadable(_ error: Int32) -> HTTPTransportError {
        HTTPTransportError(
            .credential, "the token file \(path) cannot be read (\(String(cString: strerror(error)))):"
                + " check tokenFile in the kubeconfig, or the volume it is on"
        )
    }
}
